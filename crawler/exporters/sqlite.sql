CREATE TABLE posts (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, date TEXT NOT NULL, day TEXT NOT NULL, source TEXT, category TEXT NOT NULL,
    site TEXT NOT NULL, url TEXT NOT NULL, share_url TEXT, path TEXT NOT NULL, sha256 TEXT NOT NULL, bytes INTEGER NOT NULL,
    edition TEXT NOT NULL, body_from TEXT NOT NULL, fidelity TEXT NOT NULL, assumed TEXT NOT NULL, notes TEXT NOT NULL,
    version INTEGER NOT NULL, first_seen TEXT NOT NULL, last_seen TEXT NOT NULL, status TEXT NOT NULL, author TEXT,
    language TEXT, length INTEGER NOT NULL, "group" TEXT NOT NULL, text TEXT NOT NULL, markdown TEXT NOT NULL,
    body TEXT NOT NULL, raw TEXT NOT NULL
);
CREATE TABLE categories (post TEXT NOT NULL REFERENCES posts (id), name TEXT NOT NULL);
CREATE TABLE tags (post TEXT NOT NULL REFERENCES posts (id), name TEXT NOT NULL);
CREATE TABLE securities (post TEXT NOT NULL REFERENCES posts (id), code TEXT NOT NULL, exchange TEXT, name TEXT NOT NULL);
CREATE TABLE images (post TEXT NOT NULL REFERENCES posts (id), url TEXT NOT NULL);
CREATE TABLE links (post TEXT NOT NULL REFERENCES posts (id), url TEXT NOT NULL, text TEXT NOT NULL);
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL);
-- content="posts", written like this, is how Datasette and sqlite-utils find it. It is filled by crawler.text.search alone, never by 'rebuild'.
-- The column with most of the words stands first: it takes two bytes a word less.
CREATE VIRTUAL TABLE posts_fts USING fts5 (text, title, content="posts", tokenize = 'unicode61 remove_diacritics 2');
CREATE VIEW posts_by_day AS
    SELECT day, count(*) AS posts, sum(length) AS letters, count(DISTINCT "group") AS stories FROM posts GROUP BY day ORDER BY day DESC;
CREATE VIEW posts_by_category AS
    SELECT category, count(*) AS posts, min(day) AS first_day, max(day) AS last_day FROM posts GROUP BY category ORDER BY posts DESC;
CREATE VIEW posts_by_source AS
    SELECT source, count(*) AS posts, min(day) AS first_day, max(day) AS last_day FROM posts GROUP BY source ORDER BY posts DESC;
CREATE VIEW stories AS
    SELECT "group", count(*) AS posts, min(date) AS first, max(date) AS last, group_concat(source, ', ') AS sources, min(title) AS title
    FROM posts GROUP BY "group" HAVING count(*) > 1 ORDER BY posts DESC;
