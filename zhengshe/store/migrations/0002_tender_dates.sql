-- the days that the law's clocks of a tender run between: its notice, the end of bidding, the notice of award
ALTER TABLE "project" ADD COLUMN "tendered_on" TEXT;
ALTER TABLE "project" ADD COLUMN "bids_due_on" TEXT;
ALTER TABLE "project" ADD COLUMN "awarded_on" TEXT;
