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
