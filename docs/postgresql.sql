-- 由 python docs/generate.py 生成，请勿手改。对应 zhengshe export 文件夹 里的 csv；金额以元计。

CREATE TABLE "org" (
  "name" text,
  "uscc" text,
  "reg_no" text,
  "kind" text,
  "category" text,
  "status" text,
  "founded_on" date,
  "cert_from" date,
  "cert_until" date,
  "authority" text,
  "supervisor" text,
  "district" text,
  "community" text,
  "address" text,
  "legal_rep" text,
  "contact" text,
  "phone" text,
  "capital" numeric(16, 2),
  "scope" text,
  "is_charity" text,
  "may_fundraise" text,
  "party_org" text,
  "note" text
);
COMMENT ON TABLE "org" IS '社会组织';

CREATE TABLE "change" (
  "org" text,
  "uscc" text,
  "reg_no" text,
  "item" text,
  "before" text,
  "after" text,
  "approved_on" date
);
COMMENT ON TABLE "change" IS '变更登记';

CREATE TABLE "person" (
  "org" text,
  "uscc" text,
  "reg_no" text,
  "name" text,
  "post" text,
  "since" date,
  "until" date,
  "term" integer
);
COMMENT ON TABLE "person" IS '负责人任职';

CREATE TABLE "inspection" (
  "org" text,
  "uscc" text,
  "reg_no" text,
  "year" integer,
  "conclusion" text,
  "filed_on" date,
  "concluded_on" date
);
COMMENT ON TABLE "inspection" IS '年检年报';

CREATE TABLE "rating" (
  "org" text,
  "uscc" text,
  "reg_no" text,
  "grade" text,
  "awarded_on" date,
  "valid_from" date,
  "valid_until" date
);
COMMENT ON TABLE "rating" IS '评估等级';

CREATE TABLE "honour" (
  "org" text,
  "uscc" text,
  "reg_no" text,
  "title" text,
  "awarded_by" text,
  "level" text,
  "awarded_on" date
);
COMMENT ON TABLE "honour" IS '表彰';

CREATE TABLE "listing" (
  "org" text,
  "uscc" text,
  "reg_no" text,
  "list" text,
  "ground" text,
  "entered_on" date,
  "removed_on" date,
  "removal_ground" text,
  "decided_by" text
);
COMMENT ON TABLE "listing" IS '名录列入';

CREATE TABLE "penalty" (
  "org" text,
  "uscc" text,
  "reg_no" text,
  "kind" text,
  "doc_no" text,
  "facts" text,
  "basis" text,
  "amount" numeric(16, 2),
  "decided_on" date,
  "decided_by" text,
  "gravity" text,
  "repaired_on" date
);
COMMENT ON TABLE "penalty" IS '行政处罚';

CREATE TABLE "figures" (
  "org" text,
  "uscc" text,
  "reg_no" text,
  "year" integer,
  "members" integer,
  "full_time" integer,
  "social_workers" integer,
  "volunteers" integer,
  "party_members" integer,
  "income" numeric(16, 2),
  "expenditure" numeric(16, 2),
  "net_assets" numeric(16, 2)
);
COMMENT ON TABLE "figures" IS '年度数据';

CREATE TABLE "project" (
  "number" text,
  "org" text,
  "uscc" text,
  "reg_no" text,
  "name" text,
  "year" integer,
  "buyer" text,
  "partner" text,
  "transfer" text,
  "field" text,
  "mode" text,
  "status" text,
  "budget" numeric(16, 2),
  "amount" numeric(16, 2),
  "tendered_on" date,
  "bids_due_on" date,
  "awarded_on" date,
  "contract_no" text,
  "signed_on" date,
  "start_on" date,
  "end_on" date,
  "beneficiaries" text,
  "planned_people" integer,
  "note" text
);
COMMENT ON TABLE "project" IS '合作项目';

CREATE TABLE "funding" (
  "project" text,
  "source" text,
  "year" integer,
  "amount" numeric(16, 2)
);
COMMENT ON TABLE "funding" IS '资金来源';

CREATE TABLE "bid" (
  "project" text,
  "bidder" text,
  "price" numeric(16, 2),
  "score" numeric(8, 2),
  "submitted_on" date,
  "valid" text,
  "won" text
);
COMMENT ON TABLE "bid" IS '投标';

CREATE TABLE "amendment" (
  "project" text,
  "item" text,
  "before" text,
  "after" text,
  "amount_change" numeric(16, 2),
  "signed_on" date,
  "reason" text
);
COMMENT ON TABLE "amendment" IS '补充协议';

CREATE TABLE "payment" (
  "project" text,
  "seq" integer,
  "condition" text,
  "amount" numeric(16, 2),
  "due_on" date,
  "paid_on" date,
  "paid_amount" numeric(16, 2)
);
COMMENT ON TABLE "payment" IS '支付';

CREATE TABLE "activity" (
  "project" text,
  "title" text,
  "held_on" date,
  "place" text,
  "people" integer
);
COMMENT ON TABLE "activity" IS '服务记录';

CREATE TABLE "review" (
  "project" text,
  "kind" text,
  "held_on" date,
  "score" numeric(8, 2),
  "conclusion" text,
  "reviewer" text,
  "note" text
);
COMMENT ON TABLE "review" IS '检查评估验收';

CREATE TABLE "finding" (
  "number" text,
  "org" text,
  "uscc" text,
  "reg_no" text,
  "project" text,
  "found_on" date,
  "channel" text,
  "source" text,
  "category" text,
  "severity" text,
  "fact" text,
  "clause" text,
  "notice_no" text,
  "requirement" text,
  "due_on" date,
  "rectified_on" date,
  "verified_on" date,
  "result" text
);
COMMENT ON TABLE "finding" IS '监督发现';
