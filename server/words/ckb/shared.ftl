## What can be wrong with a request: one sentence for each code of server/problems.py

problem-bad-frame = داواکارییەکە نەخوێنرایەوە.
problem-bad-field = یەکێک لە خانەکان بەتاڵە یان بەهایەکی هەڵەی تێدایە.
problem-bad-file = ئەم پەڕگەیە نەخوێنرایەوە.
problem-weak-password = ئەم وشەی نهێنییە بە ئاسانی دەزانرێت. لانی کەم 12 پیت بەکاربهێنە کە دەستەواژەیەکی باو نەبێت.
problem-cross-site = کاتی ئەم پەڕەیە بەسەرچوو. بگەڕێوە، دووبارە باری بکەوە و کارەکەت دووبارە بکەوە.
problem-not-signed-in = تکایە بچۆ ژوورەوە.
problem-token-unknown = ئەم مۆبایلە یان نیشانەیە لێرە نەناسراوە.
problem-token-revoked = ڕێکخراوەکە ئەم مۆبایلەی هەڵوەشاندووەتەوە. ئەوەی تۆماری کردووە پارێزراو دەمێنێتەوە.
problem-code-for-another = ئەم بانگهێشتە بۆ کەسێکی تر یان ڕێکخراو یان هەڵبژاردنێکی ترە. هیچ نەگۆڕا. داوای بانگهێشتێک بکە بە ناوی خۆت.
problem-wrong-password = ناوەکە یان وشەی نهێنییەکە هەڵەیە.
problem-not-yours = ڕۆڵەکەت ڕێگە بەمە نادات.
problem-not-found = لێرە هیچ نییە، یان هی ڕێکخراوێکی ترە.
problem-photo-not-named = هێشتا هیچ تۆمارێکی پارێزراو ناوی ئەم وێنەیەی نەبردووە.
problem-not-yet-logged = ئەم تۆمارە هێشتا لە لۆگی واژۆکراودا نییە. پاش ساتێک دووبارە بپرسە.
problem-photo-not-here = ئەم وێنەیە هێشتا نەگەیشتووە.
problem-method-not-allowed = ئەم ناونیشانە ئەم جۆرە داواکارییە وەرناگرێت.
problem-name-taken = ئەم ناوە پێشتر بەکارهێنراوە.
problem-own-account = ناتوانیت ئەمە بە هەژماری خۆت بکەیت.
problem-wrong-offset = وێنەکە لە شوێنێکی ترەوە بەردەوام دەبێت.
problem-checked-out = ڕێکخەرێکی تر کار لەسەر ئەم ڕاپۆرتە دەکات.
problem-already-judged = ئەم ڕاپۆرتە لەم ماوەیەدا گۆڕاوە یان بڕیاری لەسەر دراوە. دووبارە باری بکەوە.
problem-withdrawn = ئەم ڕاپۆرتە کاری پێ ناکرێت: چاودێر کێشاویەتییەوە یان لە لاوە دانراوە.
problem-already-revoked = ئەم مۆبایلە پێشتر هەڵوەشێنراوەتەوە.
problem-code-used = مۆبایلێکی تر پێشتر ئەم کۆدەی بەکارهێناوە. داوای کۆدێکی نوێ بکە.
problem-code-expired = کاتی ئەم کۆدە بەسەرچووە. داوای کۆدێکی نوێ بکە.
problem-code-unknown = ئەم کۆدە نەناسراوە. بەستەرەکە بپشکنە یان داوای کۆدێکی نوێ بکە.
problem-bad-proof = مۆبایلەکە نەیتوانی بیسەلمێنێت کە کلیلەکەی لایە. بە کۆدێکی نوێ هەوڵ بدەوە.
problem-tus-version = ئەم وەشانەی پرۆتۆکۆلی ناردن لێرە کار ناکات.
problem-wrong-length = درێژییەکە لەوە جیاوازە کە ڕاگەیەنرابوو.
problem-too-large = ئەمە لەوە گەورەترە کە وەربگیرێت.
problem-too-many-entries = لە یەک ئاڵوگۆڕدا تۆماری زۆر هەیە.
problem-media-type = ئەم جۆرە پەڕگەیە لێرە وەرناگیرێت.
problem-upload-busy = هەمان وێنە ئێستا وەردەگیرێت، تۆزێک دواتر هەوڵ بدەوە
problem-wrong-digest = وێنەکە بە تێکچوویی گەیشت و دووبارە دەنێردرێتەوە.
problem-upgrade-needed = ئەم بەرنامەیە بۆ ئەم ڕاژەیە زۆر کۆنە. نوێی بکەوە؛ هیچ لەدەست ناچێت.
problem-too-often = هەوڵی زۆر درا. کەمێک چاوەڕێ بکە و دووبارە هەوڵ بدەوە.
problem-busy = ڕاژەکە سەرقاڵە. دوای کەمێک هەوڵ بدەوە.
problem-photos-away = کۆگای وێنەکان ئێستا وەڵام ناداتەوە. وێنەکە پارێزراوە؛ دوای خولەکێک هەوڵ بدەرەوە.
problem-storage-full = ڕاژەکە جێگای نەماوە. بە بەڕێوەبەر بڵێ؛ هیچ لە مۆبایلەکەت لەدەست ناچێت.
problem-server-fault = لە ڕاژەکەدا هەڵەیەک ڕوویدا. ئەوەی پێشتر پارێزرابوو سەلامەتە.

## Phases of the election day
phase-arrival = گەیشتن
phase-opening = کردنەوە
phase-voting = دەنگدان
phase-closing = داخستن
phase-counting = ژماردن
phase-any = هەر قۆناغێک

## How grave an incident is
severity-label = ئاستی مەترسی
severity-1 = تێبینی
severity-2 = سووک
severity-3 = مامناوەند
severity-4 = مەترسیدار
severity-5 = زۆر مەترسیدار
severity-1-means = بۆ زانین؛ کەس زیانی پێنەگەیشت
severity-2-means = کەموکوڕییەکی بچووک کە کار لە دەنگدان ناکات
severity-3-means = ڕێکارێک جێبەجێ نەکراوە و لەوانەیە کار لە دەنگدان بکات
severity-4-means = مافی دەنگدەر یان چاودێر ڕێگری لێکراوە، یان گەرەنتییەکی سەرەکی پێشێل کراوە
severity-5-means = توندوتیژی، وەستانی دەنگدان، یان دەستکاریی ژماردن

## Where a record is
state-phone = لەسەر ئەم مۆبایلە
state-server = لەسەر سێرڤەر
state-look = پێویستی بە سەیرکردنە
state-phone-means = لێرە پارێزراوە و کاتێک تۆڕ هەبێت دەنێردرێت.
state-server-means = بە تەواوی گەیشتووە، دەق و وێنەکانی.
state-look-means = پارێزراوە، بەڵام پێویستە کەسێک سەیری بکات.

## What a coordinator found
finding-uphold = ڕێکخەر پشتڕاستی کردەوە
finding-doubt = ڕێکخەر گومانی هەیە
finding-correct = ڕێکخەر ڕاستی کردەوە
finding-other = ڕێکخەر پێداچوونەوەی بۆ کرد
