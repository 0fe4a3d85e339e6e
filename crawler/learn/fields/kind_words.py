"""What classes and addresses of names are called, by the kind of name and in several languages: parts of regular expressions.

A word that may be of both kinds, such as *topics* and *Themen*, is one for tags: these are the more frequent ones.
"""

from __future__ import annotations

CATEGORIES = (
    r"categor(?:y|ies|ias?|ie|ieën)|cats?|kategori(?:e|en|er|a|ya)?|categor[ií]as?|cat[ée]gories?|rubri(?:k|ken|ker|ques?|cas?)"
    r"|分类|分類|カテゴリー?|카테고리|категори[ияй]|рубрик[аи]?"
)
TAGS = (
    r"tags?|labels?|topics?|keywords?|themen?|thema|temas?|schlagw(?:ort|orte|[oö]rter|oerter)|stichw(?:ort|orte|[oö]rter|oerter)"
    r"|[ée]tiquettes?|etiquetas?|etichette?|mots-cl[ée]s|etykiety|标签|標籤|タグ|태그|тег[и]?|теги|метк[аи]"
)
