### ئایا هەموو شتێک باشە؟

watch-title = ئایا هەموو شتێک باشە؟
watch-hint = ڕووناکییەکانی ئەو سێرڤەرەی ڕاپۆرتەکان دەپارێزێت. ئەوەی پێویستی بە کەسێکە لە پێشەوەیە. وێستگە و تۆماری لە لاوە دانراو و واژۆکان تەنیا هی ڕێکخراوەکەی خۆتن.
watch-all-good = ئێستا هیچ شتێک پێویستی بە کەس نییە.
watch-all-look = با کەسێک سەیری بکات: { $count }.
watch-all-bad = دەبێت ئێستا کارێک بکرێت: { $count }.
watch-means = واتای چییە
watch-do = چی بکرێت
watch-do-otherwise = ئەگەر تێکچوو
watch-state-good = ڕێکوپێکە
watch-state-look = سەیری بکە
watch-state-bad = ئێستا کاری بۆ بکە
watch-state-unknown = هێشتا نازانرێت
watch-state-off = بەکارناهێنرێت
watch-age-seconds = { $count } چرکە
watch-age-minutes = { $count } خولەک
watch-age-hours = { $hours } کاتژمێر و { $minutes } خولەک
watch-age-days = { $count } ڕۆژ

## دەتوانێت بنووسێت؟
watch-light-writing = نووسین
watch-reading-writing-took = پاراستنێک ئێستا { $ms } میلی چرکەی ویست.
watch-reading-writing-failed = بنکەدراوە هیچ وەرناگرێت.
watch-means-writing = ئایا سێرڤەر دەتوانێت ئەوە بپارێزێت کە مۆبایلەکان ڕادەستی دەکەن. تا ئەو کاتە مۆبایلەکان خۆیان دەیپارێزن و دێنەوە.
watch-do-writing = داوا لە تەکنیککار بکە دەستبەجێ سەیری دیسک و بنکەدراوە بکات. تا مۆبایلەکان چاوەڕێن هیچ ون نابێت.

## کۆپی یەدەگ
watch-light-backup = کۆپی یەدەگ
watch-reading-backup-aged = دوایین کۆپی پشکنراو: پێش { $age }. تۆمارەکانی دوای ئەو: { $unsaved }.
watch-reading-backup-never = هەرگیز کۆپییەکی پشکنراو دروست نەکراوە.
watch-means-backup = ئەوەی دوای دوایین کۆپی هاتووە تەنیا لەسەر ئەم سێرڤەرە و لەسەر مۆبایلەکانە.
watch-do-backup = ئێستا داوای کۆپییەک لە تەکنیککار بکە، و بپرسە ئایا ئەوەی هەر پێنج خولەک دروست دەکرێت هێشتا کار دەکات. تا ئەو کاتە هیچ مۆبایلێک مەسڕەوە.

## دیسک
watch-light-disk = دیسک
watch-reading-disk-free = بەتاڵ: { $percent } %.
watch-reading-disk-photos-held = بەتاڵ: { $percent } %. ئێستا وێنە وەرناگیرێت.
watch-reading-disk-text-held = بەتاڵ: { $percent } %. ئێستا نە ڕاپۆرت وەردەگیرێت نە وێنە.
watch-means-disk = ئەو شوێنەی بۆ ڕاپۆرت و وێنە ماوە. کە کەم بوو سەرەتا وێنە و پاشان ڕاپۆرت ڕادەوەستێت؛ مۆبایلەکان هەردووکیان دەپارێزن.
watch-do-disk = داوا لە تەکنیککار بکە شوێن چۆڵ بکات. دوای ئەوە هەموو شتێک خۆی بەردەوام دەبێت.

## دەفتەر
watch-light-checkpoint = دەفتەری واژۆکراو
watch-reading-checkpoint-whole = هەموو تۆمارەکان لە دەفتەری بڵاوکراوەدان.
watch-reading-checkpoint-none = هێشتا هیچ بڵاو نەکراوەتەوە.
watch-reading-checkpoint-behind = تۆمارەکانی کە لە دەفتەری بڵاوکراوەدا نین: { $count }. کۆنترینیان پێش { $age } هاتووە.
watch-reading-checkpoint-refused = بنکەدراوە کەمتری تێدایە لەوەی پێشتر بڵاوکراوەتەوە، بۆیە چیتر هیچ واژۆ ناکرێت.
watch-means-checkpoint = ئەو دەفتەرەی هەرکەسێک پێی دەسەلمێنێت کە تۆمارێک گەیشتووە. چاودێر «سەلمێنراو» دەبینێت کە تۆمارەکەی تێیدایە.
watch-do-checkpoint = لە تەکنیککار بپرسە بۆچی دەفتەر واژۆ ناکرێت. ئەگەر بنکەدراوە گەڕێنرابێتەوە بۆ دواوە، دەبێت نوێترین کۆپی بگەڕێنرێتەوە؛ تۆمارەکان هەر وەردەگیرێن.

## کاتژمێر
watch-light-clock = کاتژمێر
watch-reading-clock-right = لەگەڵ مۆبایلەکان ڕێکە لە چرکەیەکدا (ناوەڕاستی { $phones } مۆبایل).
watch-reading-clock-ahead = لە پێش مۆبایلەکانەوەیە بە { $age } (ناوەڕاستی { $phones } مۆبایل).
watch-reading-clock-behind = لە دوای مۆبایلەکانەوەیە بە { $age } (ناوەڕاستی { $phones } مۆبایل).
watch-reading-clock-few = مۆبایل کەمە بۆ بەراوردکردن: { $phones }.
watch-reading-clock-back = کاتژمێر { $age } یان زیاتر گەڕێنراوەتەوە دواوە.
watch-means-clock = کاتژمێری سێرڤەر لەگەڵ کاتژمێری مۆبایلەکان. ئەو دەڵێت ڕاپۆرت کەی وەرگیراوە.
watch-do-clock = داوا لە تەکنیککار بکە کاتژمێر لە تۆڕەوە ڕێک بخات. ئەوەی وەرگیراوە ئەو کاتەی هەر دەبێت کە پێی دراوە.

## نەخشە و لیستەکان
watch-light-fold = نەخشە و لیستەکان
watch-reading-fold-whole = هەموو تۆمارەکان لە نەخشە و لیستەکاندان.
watch-reading-fold-behind = تۆمارەکانی هێشتا دەرنەکەوتوو: { $count }. کۆنترینیان پێش { $age } هاتووە.
watch-means-fold = نەخشە و لیستەکان چەند لە دوای ئەوەوەن کە گەیشتووە.
watch-do-fold = دوای قەرەباڵغی خولەکێک چاوەڕێ بکە. ئەگەر زیادی کرد، داوای تۆماری کارکردنی سێرڤەر لە تەکنیککار بکە.

## وێستگە بێدەنگەکان
watch-light-silence = وێستگە بێدەنگەکان
watch-reading-silence-heard = هیچ لە { $silent } وێستگە نەهاتووە لە کۆی { $assigned } وێستگەی ڕاسپێردراو.
watch-reading-silence-early = وێستگەی چاودێردار: { $assigned }. هێشتا زووە چاوەڕێی هەموویان بکرێت.
watch-reading-silence-nobody = هێشتا کەس بۆ وێستگەیەک ڕانەسپێردراوە.
watch-means-silence = ئەو وێستگانەی چاودێریان هەیە و هەرگیز ڕاپۆرتیان لێ نەهاتووە. ئەمە مانای ئارامی نییە.
watch-do-silence = پەیوەندی بە چاودێرانی ئەو پارێزگایانە بکە کە زۆرترینیان هەیە. ئەگەر زۆر کەس پێکەوە بێدەنگ بوون، لە تۆڕ و هەڕەشە و لیستەکەت بپرسە.

## لە لاوە دانراو
watch-light-quarantine = پێویستی بە سەیرکردنە
watch-reading-quarantine-waiting = چاوەڕوان: { $count }. لە دوا دە خولەکدا: { $lately }.
watch-means-quarantine = ئەو تۆمارانەی پارێزراون و لە هیچ ژمارەیەکدا نین تا کەسێک سەیریان دەکات.
watch-do-quarantine = «پێویستی بە سەیرکردنە» بکەرەوە. زۆری بەیەکجار زۆربەی جار وێستگەیەکی کەمە لە لیستدا: لیستەکە دووبارە هاوردە بکە.

## واژۆکان
watch-light-signatures = واژۆکان
watch-reading-signatures-right = هیچ واژۆیەکی هەڵە نییە.
watch-reading-signatures-wrong = تۆمار بە واژۆی هەڵە: { $count }.
watch-reading-signatures-unchecked = پشکنین { $age } دواکەوتووە.
watch-means-signatures = ئەو تۆمارانەی تۆمارێکی دواتری هەمان مۆبایل شایەتییان بۆ دەدات، کەمێک دواتر خۆیشیان دەپشکنرێن.
watch-do-signatures = پەیوەندی بە چاودێرانی ئەم مۆبایلانە بکە: یان مۆبایلەکە کێشەی هەیە یان کەسێک ئەوەی گۆڕیوە کە نووسیویەتی. تۆمارەکان بپارێزە؛ بەڵگەن.

## وێنەکانی ڕێگا
watch-light-spool = کۆگای وێنەکان
watch-reading-spool-empty = هیچ وێنەیەک چاوەڕێی کۆگا نییە.
watch-reading-spool-waiting = وێنەکانی چاوەڕوانی کۆگا: { $count }. کۆنترینیان ماوەی { $age }.
watch-reading-spool-folder = وێنەکان لەسەر دیسکی ئەم سێرڤەرە دەپارێزرێن.
watch-means-spool = وێنەکان سەرەتا لەسەر ئەم سێرڤەرە دەپارێزرێن و پاشان دەبرێنە کۆگا. تا کۆگا وەڵام نەداتەوە لێرە چاوەڕێ دەکەن.
watch-do-spool = لە تەکنیککار بپرسە ئایا دەگاتە کۆگا. لەو ماوەیەدا چاوت لە دیسک بێت.

## شایەتەکان
watch-light-witnesses = شایەتەکان
watch-reading-witnesses-signed = ئەو شایەتانەی بەم دواییە واژۆیان کردووە: { $cosigned } لە { $witnesses }.
watch-reading-witnesses-contradicted = ئەو شایەتانەی دەڵێن دەفتەر گۆڕاوە: { $count }.
watch-reading-witnesses-none = داوا لە هیچ شایەتێکی دەرەوە ناکرێت.
watch-means-witnesses = کەسانی دەرەوە کە پشتڕاستی دەکەنەوە هەمووان هەمان دەفتەر دەبینن.
watch-do-witnesses = لە شایەتەکان بپرسە ئایا دەستیان دەگات. ئەگەر یەکێکیان وتی دەفتەر گۆڕاوە، سەرۆکایەتی ڕێکخراوەکەت ئاگادار بکەرەوە و ئەوەی وتوویەتی بپارێزە.
