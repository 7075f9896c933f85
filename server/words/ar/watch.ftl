### هل كل شيء على ما يرام؟

watch-title = هل كل شيء على ما يرام؟
watch-hint = أضواء الخادم الذي يحفظ البلاغات. ما يحتاج إلى أحد يأتي أولاً. أما المحطات والقيود الموضوعة جانباً والتواقيع فهي لمنظمتك وحدها.
watch-all-good = لا شيء يحتاج إلى أحد الآن.
watch-all-look = ليتفقّد أحدٌ ما يلي: { $count }.
watch-all-bad = لا بد من التصرّف الآن: { $count }.
watch-means = ما معناه
watch-do = ما العمل
watch-do-otherwise = إن حدث خلل
watch-state-good = سليم
watch-state-look = يحتاج إلى تفقّد
watch-state-bad = تصرّف الآن
watch-state-unknown = غير معروف بعد
watch-state-off = غير مستخدم
watch-age-seconds = { $count } ثا
watch-age-minutes = { $count } د
watch-age-hours = { $hours } س { $minutes } د
watch-age-days = { $count } يوم

## هل يستطيع الكتابة؟
watch-light-writing = الكتابة
watch-reading-writing-took = استغرق الحفظ الآن { $ms } ميلي ثانية.
watch-reading-writing-failed = قاعدة البيانات لا تقبل شيئاً.
watch-means-writing = هل يستطيع الخادم حفظ ما تسلّمه الهواتف. وإلى أن يستطيع، تحتفظ به الهواتف وتعود لاحقاً.
watch-do-writing = اطلب من المسؤول التقني فحص القرص وقاعدة البيانات فوراً. لا يضيع شيء ما دامت الهواتف تنتظر.

## النسخة الاحتياطية
watch-light-backup = النسخة الاحتياطية
watch-reading-backup-aged = آخر نسخة تم التحقق منها: قبل { $age }. القيود التي وصلت بعدها: { $unsaved }.
watch-reading-backup-never = لم تُصنع أي نسخة تم التحقق منها.
watch-means-backup = ما وصل بعد آخر نسخة موجود على هذا الخادم وعلى الهواتف فقط.
watch-do-backup = اطلب من المسؤول التقني نسخة الآن، واسأل هل ما زالت النسخة التي تُصنع كل خمس دقائق تعمل. وإلى ذلك الحين لا يُمسح أي هاتف.

## القرص
watch-light-disk = القرص
watch-reading-disk-free = المتاح: { $percent } %.
watch-reading-disk-photos-held = المتاح: { $percent } %. لا تُستلم الصور الآن.
watch-reading-disk-text-held = المتاح: { $percent } %. لا تُستلم البلاغات ولا الصور الآن.
watch-means-disk = المساحة الباقية للبلاغات والصور. عندما تقلّ تتوقف الصور أولاً ثم البلاغات، وتحتفظ الهواتف بها كلها.
watch-do-disk = اطلب من المسؤول التقني إخلاء مساحة. يتواصل كل شيء من تلقاء نفسه بعد ذلك.

## الدفتر
watch-light-checkpoint = الدفتر الموقّع
watch-reading-checkpoint-whole = كل القيود في الدفتر المنشور.
watch-reading-checkpoint-none = لم يُنشر شيء بعد.
watch-reading-checkpoint-behind = القيود التي ليست في الدفتر المنشور: { $count }. وصل أقدمها قبل { $age }.
watch-reading-checkpoint-refused = في قاعدة البيانات أقل مما نُشر من قبل، ولذلك لم يعد يُوقَّع شيء.
watch-means-checkpoint = الدفتر الذي يُثبت به أي شخص أن قيداً وصل. يرى المراقب «مُثبَت» حين يكون قيده فيه.
watch-do-checkpoint = اسأل المسؤول التقني لماذا لا يُوقَّع الدفتر. إن أُعيدت قاعدة البيانات إلى حال أقدم فيجب استعادة أحدث نسخة؛ وتبقى القيود تُستلم.

## الساعة
watch-light-clock = الساعة
watch-reading-clock-right = مطابقة للهواتف في حدود ثانية (وسيط { $phones } من الهواتف).
watch-reading-clock-ahead = متقدمة على الهواتف بمقدار { $age } (وسيط { $phones } من الهواتف).
watch-reading-clock-behind = متأخرة عن الهواتف بمقدار { $age } (وسيط { $phones } من الهواتف).
watch-reading-clock-few = الهواتف أقل من أن تُقارن الساعة بها: { $phones }.
watch-reading-clock-back = أُرجعت الساعة بمقدار { $age } أو أكثر.
watch-means-clock = ساعة الخادم مقارنةً بساعات الهواتف. هي التي تقول متى استُلم البلاغ.
watch-do-clock = اطلب من المسؤول التقني ضبط الساعة من الشبكة. ما استُلم يبقى بالوقت الذي أُعطي له.

## الخريطة والقوائم
watch-light-fold = الخريطة والقوائم
watch-reading-fold-whole = كل القيود في الخريطة والقوائم.
watch-reading-fold-behind = قيود لا تظهر بعد: { $count }. وصل أقدمها قبل { $age }.
watch-means-fold = مقدار تأخر الخريطة والقوائم عما وصل.
watch-do-fold = انتظر دقيقة بعد الازدحام. إن ازداد التأخر فاطلب من المسؤول التقني سجل تشغيل الخادم.

## المحطات الصامتة
watch-light-silence = المحطات الصامتة
watch-reading-silence-heard = لم يصل شيء من { $silent } من أصل { $assigned } من المحطات المكلَّف بها.
watch-reading-silence-early = محطات لها مراقب: { $assigned }. من المبكر انتظارها كلها.
watch-reading-silence-nobody = لم يُكلَّف أحد بمحطة بعد.
watch-means-silence = محطات لها مراقب ولم يصل منها أي بلاغ. وهذا لا يعني أنها هادئة.
watch-do-silence = اتصل بمراقبي المحافظات الأكثر صمتاً. إن صمت كثيرون معاً فاسأل عن الشبكة والتهديد وعن قائمتك.

## الموضوع جانباً
watch-light-quarantine = بحاجة إلى نظر
watch-reading-quarantine-waiting = المنتظر: { $count }. خلال آخر عشر دقائق: { $lately }.
watch-means-quarantine = قيود محفوظة لا تُحسب في أي رقم حتى ينظر فيها أحد.
watch-do-quarantine = افتح «بحاجة إلى نظر». إن كثرت دفعةً واحدة فالأغلب أن محطة ناقصة في القائمة: استورد القائمة من جديد.

## التواقيع
watch-light-signatures = التواقيع
watch-reading-signatures-right = لا توقيع خاطئ.
watch-reading-signatures-wrong = قيود توقيعها خاطئ: { $count }.
watch-reading-signatures-unchecked = التحقق متأخر بمقدار { $age }.
watch-means-signatures = القيود التي يشهد لها قيد لاحق من الهاتف نفسه يُتحقق من توقيعها أيضاً بعد قليل.
watch-do-signatures = اتصل بمراقبي هذه الهواتف: إما خلل في الهاتف أو أن أحداً غيّر ما كتبه. احتفظ بالقيود فهي دليل.

## الصور في الطريق
watch-light-spool = مخزن الصور
watch-reading-spool-empty = لا صورة تنتظر المخزن.
watch-reading-spool-waiting = صور تنتظر المخزن: { $count }. أقدمها منذ { $age }.
watch-reading-spool-folder = تُحفظ الصور على قرص هذا الخادم.
watch-means-spool = تُحفظ الصور على هذا الخادم أولاً ثم تُنقل إلى المخزن. وإن لم يُجب المخزن انتظرت هنا.
watch-do-spool = اسأل المسؤول التقني هل يمكن الوصول إلى المخزن. وراقب القرص في هذه الأثناء.

## الشهود
watch-light-witnesses = الشهود
watch-reading-witnesses-signed = الشهود الذين وقّعوا حديثاً: { $cosigned } من { $witnesses }.
watch-reading-witnesses-contradicted = شهود يقولون إن الدفتر غُيّر: { $count }.
watch-reading-witnesses-none = لا يُسأل شاهد من الخارج.
watch-means-witnesses = جهات من الخارج تؤكد أن الدفتر نفسه يُعرض على الجميع.
watch-do-witnesses = اسأل الشهود هل يمكن الوصول إليهم. إن قال أحدهم إن الدفتر غُيّر فأخبر رئاسة منظمتك واحتفظ بما قاله.
