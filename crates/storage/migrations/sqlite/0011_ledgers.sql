-- Lists are cut from one narrow table per kind, made from its declaration; `design` is what it was made from.
CREATE TABLE ledger (kind TEXT PRIMARY KEY, design TEXT NOT NULL);
DROP INDEX record_list;
DROP INDEX record_name;
DROP INDEX record_division;
DROP INDEX record_enterprise;
DROP INDEX record_updated;
DROP INDEX record_place;
