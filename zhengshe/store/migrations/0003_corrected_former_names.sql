-- a former name that was corrected or filled in later is found like one that was right from the first
CREATE TRIGGER pinyin_corrected_former_name AFTER UPDATE OF "item", "before" ON "change"
WHEN OLD."item" <> NEW."item" OR OLD."before" IS NOT NEW."before" BEGIN
  INSERT OR IGNORE INTO pinyin(name) SELECT NEW."before" WHERE NEW."item" = '名称' AND NEW."before" IS NOT NULL;
  DELETE FROM pinyin WHERE name = OLD."before"
    AND NOT EXISTS (SELECT 1 FROM "org" WHERE name = OLD."before")
    AND NOT EXISTS (SELECT 1 FROM "change" WHERE "item" = '名称' AND "before" = OLD."before");
END;
-- those that were missed until now, and those they took the place of
INSERT OR IGNORE INTO pinyin(name) SELECT "before" FROM "change" WHERE "item" = '名称' AND "before" IS NOT NULL;
DELETE FROM pinyin
WHERE NOT EXISTS (SELECT 1 FROM "org" WHERE name = pinyin.name)
  AND NOT EXISTS (SELECT 1 FROM "change" WHERE "item" = '名称' AND "before" = pinyin.name);
