CREATE TABLE "org" (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  "name" TEXT NOT NULL,
  "uscc" TEXT,
  "reg_no" TEXT,
  "kind" TEXT NOT NULL CHECK ("kind" IN ('社会团体', '社会服务机构', '基金会', '社区社会组织', '其他')),
  "category" TEXT,
  "status" TEXT NOT NULL CHECK ("status" IN ('正常', '注销', '撤销', '吊销')),
  "founded_on" TEXT,
  "cert_from" TEXT,
  "cert_until" TEXT,
  "authority" TEXT,
  "supervisor" TEXT,
  "district" TEXT,
  "community" TEXT,
  "address" TEXT,
  "legal_rep" TEXT,
  "contact" TEXT,
  "phone" TEXT,
  "capital" INTEGER,
  "scope" TEXT,
  "is_charity" INTEGER CHECK ("is_charity" IN (0, 1)),
  "may_fundraise" INTEGER CHECK ("may_fundraise" IN (0, 1)),
  "party_org" TEXT,
  "note" TEXT,
  created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),
  updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))
) STRICT;
CREATE TABLE "change" (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  "org" INTEGER NOT NULL REFERENCES "org"(id),
  "item" TEXT NOT NULL,
  "before" TEXT,
  "after" TEXT NOT NULL,
  "approved_on" TEXT NOT NULL,
  created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),
  updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))
) STRICT;
CREATE TABLE "person" (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  "org" INTEGER NOT NULL REFERENCES "org"(id),
  "name" TEXT NOT NULL,
  "post" TEXT NOT NULL,
  "since" TEXT,
  "until" TEXT,
  "term" INTEGER,
  created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),
  updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))
) STRICT;
CREATE TABLE "inspection" (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  "org" INTEGER NOT NULL REFERENCES "org"(id),
  "year" INTEGER NOT NULL,
  "conclusion" TEXT CHECK ("conclusion" IN ('合格', '基本合格', '不合格', '未参检', '未到参检期', '免检')),
  "filed_on" TEXT,
  "concluded_on" TEXT,
  created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),
  updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))
) STRICT;
CREATE TABLE "rating" (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  "org" INTEGER NOT NULL REFERENCES "org"(id),
  "grade" TEXT NOT NULL CHECK ("grade" IN ('5A', '4A', '3A', '2A', '1A')),
  "awarded_on" TEXT NOT NULL,
  "valid_from" TEXT,
  "valid_until" TEXT,
  created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),
  updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))
) STRICT;
CREATE TABLE "honour" (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  "org" INTEGER NOT NULL REFERENCES "org"(id),
  "title" TEXT NOT NULL,
  "awarded_by" TEXT,
  "level" TEXT,
  "awarded_on" TEXT NOT NULL,
  created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),
  updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))
) STRICT;
CREATE TABLE "listing" (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  "org" INTEGER NOT NULL REFERENCES "org"(id),
  "list" TEXT NOT NULL CHECK ("list" IN ('活动异常名录', '严重违法失信名单')),
  "ground" TEXT NOT NULL,
  "entered_on" TEXT NOT NULL,
  "removed_on" TEXT,
  "removal_ground" TEXT,
  "decided_by" TEXT,
  created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),
  updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))
) STRICT;
CREATE TABLE "penalty" (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  "org" INTEGER NOT NULL REFERENCES "org"(id),
  "kind" TEXT NOT NULL,
  "doc_no" TEXT,
  "facts" TEXT,
  "basis" TEXT,
  "amount" INTEGER,
  "decided_on" TEXT NOT NULL,
  "decided_by" TEXT,
  "gravity" TEXT CHECK ("gravity" IN ('轻微', '一般', '严重')),
  "repaired_on" TEXT,
  created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),
  updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))
) STRICT;
CREATE TABLE "figures" (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  "org" INTEGER NOT NULL REFERENCES "org"(id),
  "year" INTEGER NOT NULL,
  "members" INTEGER,
  "full_time" INTEGER,
  "social_workers" INTEGER,
  "volunteers" INTEGER,
  "party_members" INTEGER,
  "income" INTEGER,
  "expenditure" INTEGER,
  "net_assets" INTEGER,
  created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),
  updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))
) STRICT;
CREATE TABLE "project" (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  "number" TEXT NOT NULL,
  "org" INTEGER NOT NULL REFERENCES "org"(id),
  "name" TEXT NOT NULL,
  "year" INTEGER NOT NULL,
  "buyer" TEXT,
  "partner" TEXT,
  "transfer" TEXT CHECK ("transfer" IN ('归还', '转移', '委托')),
  "field" TEXT,
  "mode" TEXT NOT NULL CHECK ("mode" IN ('公开招标', '邀请招标', '竞争性谈判', '竞争性磋商', '单一来源', '询价', '框架协议', '项目发包', '项目申请', '委托管理')),
  "status" TEXT NOT NULL CHECK ("status" IN ('立项', '采购', '履约', '待验收', '结项', '终止')),
  "budget" INTEGER,
  "amount" INTEGER,
  "contract_no" TEXT,
  "signed_on" TEXT,
  "start_on" TEXT,
  "end_on" TEXT,
  "beneficiaries" TEXT,
  "planned_people" INTEGER,
  "note" TEXT,
  created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),
  updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))
) STRICT;
CREATE TABLE "funding" (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  "project" INTEGER NOT NULL REFERENCES "project"(id),
  "source" TEXT NOT NULL,
  "year" INTEGER,
  "amount" INTEGER NOT NULL,
  created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),
  updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))
) STRICT;
CREATE TABLE "bid" (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  "project" INTEGER NOT NULL REFERENCES "project"(id),
  "bidder" TEXT NOT NULL,
  "price" INTEGER,
  "score" INTEGER,
  "submitted_on" TEXT,
  "valid" INTEGER CHECK ("valid" IN (0, 1)),
  "won" INTEGER CHECK ("won" IN (0, 1)),
  created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),
  updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))
) STRICT;
CREATE TABLE "amendment" (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  "project" INTEGER NOT NULL REFERENCES "project"(id),
  "item" TEXT NOT NULL,
  "before" TEXT,
  "after" TEXT,
  "amount_change" INTEGER,
  "signed_on" TEXT NOT NULL,
  "reason" TEXT,
  created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),
  updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))
) STRICT;
CREATE TABLE "payment" (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  "project" INTEGER NOT NULL REFERENCES "project"(id),
  "seq" INTEGER NOT NULL,
  "condition" TEXT,
  "amount" INTEGER NOT NULL,
  "due_on" TEXT,
  "paid_on" TEXT,
  "paid_amount" INTEGER,
  created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),
  updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))
) STRICT;
CREATE TABLE "activity" (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  "project" INTEGER NOT NULL REFERENCES "project"(id),
  "title" TEXT NOT NULL,
  "held_on" TEXT NOT NULL,
  "place" TEXT,
  "people" INTEGER,
  created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),
  updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))
) STRICT;
CREATE TABLE "review" (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  "project" INTEGER NOT NULL REFERENCES "project"(id),
  "kind" TEXT NOT NULL CHECK ("kind" IN ('中期检查', '终期评估', '绩效评价', '验收', '满意度')),
  "held_on" TEXT NOT NULL,
  "score" INTEGER,
  "conclusion" TEXT,
  "reviewer" TEXT,
  "note" TEXT,
  created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),
  updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))
) STRICT;
CREATE TABLE "finding" (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  "number" TEXT NOT NULL,
  "org" INTEGER NOT NULL REFERENCES "org"(id),
  "project" INTEGER REFERENCES "project"(id),
  "found_on" TEXT NOT NULL,
  "channel" TEXT NOT NULL CHECK ("channel" IN ('行政监督', '社会监督', '诚信自律')),
  "source" TEXT,
  "category" TEXT,
  "severity" TEXT NOT NULL CHECK ("severity" IN ('表扬', '提示', '一般', '较重', '严重')),
  "fact" TEXT NOT NULL,
  "clause" TEXT,
  "notice_no" TEXT,
  "requirement" TEXT,
  "due_on" TEXT,
  "rectified_on" TEXT,
  "verified_on" TEXT,
  "result" TEXT,
  created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),
  updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))
) STRICT;
CREATE TABLE "document" (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  "subject" TEXT NOT NULL,
  "title" TEXT NOT NULL,
  "kind" TEXT,
  "filename" TEXT,
  "sha256" TEXT,
  "size" INTEGER,
  created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),
  updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))
) STRICT;
CREATE UNIQUE INDEX "org_uscc" ON "org"("uscc") WHERE "uscc" IS NOT NULL;
CREATE INDEX "org_reg_no" ON "org"("reg_no");
CREATE INDEX "org_name" ON "org"("name");
CREATE UNIQUE INDEX "change_org_item_approved_on" ON "change"("org", "item", "approved_on");
CREATE UNIQUE INDEX "person_org_name_post_since" ON "person"("org", "name", "post", "since") WHERE "since" IS NOT NULL;
CREATE INDEX "person_org" ON "person"("org");
CREATE UNIQUE INDEX "inspection_org_year" ON "inspection"("org", "year");
CREATE UNIQUE INDEX "rating_org_awarded_on" ON "rating"("org", "awarded_on");
CREATE UNIQUE INDEX "honour_org_title_awarded_on" ON "honour"("org", "title", "awarded_on");
CREATE UNIQUE INDEX "listing_org_list_entered_on" ON "listing"("org", "list", "entered_on");
CREATE UNIQUE INDEX "penalty_org_doc_no" ON "penalty"("org", "doc_no") WHERE "doc_no" IS NOT NULL;
CREATE INDEX "penalty_org_decided_on_kind" ON "penalty"("org", "decided_on", "kind");
CREATE UNIQUE INDEX "figures_org_year" ON "figures"("org", "year");
CREATE UNIQUE INDEX "project_number" ON "project"("number");
CREATE INDEX "project_org_name_year" ON "project"("org", "name", "year");
CREATE UNIQUE INDEX "funding_project_source_year" ON "funding"("project", "source", "year") WHERE "year" IS NOT NULL;
CREATE INDEX "funding_project" ON "funding"("project");
CREATE UNIQUE INDEX "bid_project_bidder" ON "bid"("project", "bidder");
CREATE UNIQUE INDEX "amendment_project_signed_on_item" ON "amendment"("project", "signed_on", "item");
CREATE UNIQUE INDEX "payment_project_seq" ON "payment"("project", "seq");
CREATE UNIQUE INDEX "activity_project_held_on_title" ON "activity"("project", "held_on", "title");
CREATE UNIQUE INDEX "review_project_kind_held_on" ON "review"("project", "kind", "held_on");
CREATE UNIQUE INDEX "finding_number" ON "finding"("number");
CREATE INDEX "finding_org_notice_no" ON "finding"("org", "notice_no");
CREATE INDEX "finding_org_found_on_fact" ON "finding"("org", "found_on", "fact");
CREATE INDEX "finding_project" ON "finding"("project");
CREATE UNIQUE INDEX "document_subject_sha256" ON "document"("subject", "sha256") WHERE "sha256" IS NOT NULL;
CREATE TABLE batch (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at TEXT NOT NULL,
  operator TEXT NOT NULL,
  command TEXT NOT NULL,
  undoes INTEGER REFERENCES batch(id)
) STRICT;
CREATE TABLE history (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  batch INTEGER NOT NULL REFERENCES batch(id),
  noun TEXT NOT NULL,
  record INTEGER NOT NULL,
  org INTEGER,
  before TEXT,
  after TEXT
) STRICT;
CREATE INDEX history_batch ON history(batch);
CREATE INDEX history_record ON history(noun, record);
CREATE INDEX history_org ON history(org);
CREATE TABLE session (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  batch INTEGER
) STRICT;
INSERT INTO session(id, batch) VALUES (1, NULL);
-- every name an organization bears or bore; its pinyin is NULL until the program has spelled it (SQL can't)
CREATE TABLE pinyin (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  initials TEXT,
  full TEXT
) STRICT;
CREATE INDEX pinyin_initials ON pinyin(initials);
CREATE INDEX change_former_name ON "change"("before") WHERE "item" = '名称';
CREATE TRIGGER pinyin_new_name AFTER INSERT ON "org" BEGIN
  INSERT OR IGNORE INTO pinyin(name) VALUES (NEW.name);
END;
CREATE TRIGGER pinyin_changed_name AFTER UPDATE OF name ON "org" WHEN OLD.name <> NEW.name BEGIN
  INSERT OR IGNORE INTO pinyin(name) VALUES (NEW.name);
  DELETE FROM pinyin WHERE name = OLD.name
    AND NOT EXISTS (SELECT 1 FROM "org" WHERE name = OLD.name)
    AND NOT EXISTS (SELECT 1 FROM "change" WHERE "item" = '名称' AND "before" = OLD.name);
END;
CREATE TRIGGER pinyin_gone_name AFTER DELETE ON "org" BEGIN
  DELETE FROM pinyin WHERE name = OLD.name
    AND NOT EXISTS (SELECT 1 FROM "org" WHERE name = OLD.name)
    AND NOT EXISTS (SELECT 1 FROM "change" WHERE "item" = '名称' AND "before" = OLD.name);
END;
CREATE TRIGGER pinyin_former_name AFTER INSERT ON "change" WHEN NEW."item" = '名称' AND NEW."before" IS NOT NULL BEGIN
  INSERT OR IGNORE INTO pinyin(name) VALUES (NEW."before");
END;
CREATE TRIGGER pinyin_gone_former_name AFTER DELETE ON "change" WHEN OLD."item" = '名称' BEGIN
  DELETE FROM pinyin WHERE name = OLD."before"
    AND NOT EXISTS (SELECT 1 FROM "org" WHERE name = OLD."before")
    AND NOT EXISTS (SELECT 1 FROM "change" WHERE "item" = '名称' AND "before" = OLD."before");
END;
-- Names by every two characters that stand side by side (FTS5's trigrams find nothing for two), each pair written in
-- hex so that no tokenizer can divide it. Kept by triggers alone.
CREATE VIRTUAL TABLE name_pairs USING fts5(pairs, content = '', detail = none);
CREATE TRIGGER name_pairs_new AFTER INSERT ON pinyin BEGIN
  INSERT INTO name_pairs(rowid, pairs)
  WITH RECURSIVE place(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM place WHERE i < length(NEW.name))
  SELECT NEW.id, group_concat(hex(substr(lower(NEW.name), i, 2)), ' ') FROM place;
END;
CREATE TRIGGER name_pairs_gone AFTER DELETE ON pinyin BEGIN
  INSERT INTO name_pairs(name_pairs, rowid, pairs)
  WITH RECURSIVE place(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM place WHERE i < length(OLD.name))
  SELECT 'delete', OLD.id, group_concat(hex(substr(lower(OLD.name), i, 2)), ' ') FROM place;
END;
-- credit over all organizations reads these instead of the tables
CREATE INDEX project_credit ON "project"("org", "status", "signed_on", "start_on", "end_on", "year");
CREATE INDEX finding_credit ON "finding"("org", "severity", "found_on", "due_on", "rectified_on", "verified_on");
-- the table of the sqlite3 shell's archive mode: `sqlite3 zhengshe.db -A -x` extracts the evidence
CREATE TABLE sqlar (name TEXT PRIMARY KEY, mode INT, mtime INT, sz INT, data BLOB);
