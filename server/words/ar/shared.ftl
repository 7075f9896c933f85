## What can be wrong with a request: one sentence for each code of server/problems.py

problem-bad-frame = تعذّرت قراءة الطلب.
problem-bad-field = أحد الحقول ناقص أو قيمته غير صحيحة.
problem-bad-file = تعذّرت قراءة هذا الملف.
problem-weak-password = كلمة المرور هذه سهلة التخمين. استعمل 12 حرفاً على الأقل لا تكوّن عبارة شائعة.
problem-cross-site = انتهت صلاحية هذه الصفحة. ارجع وأعد تحميلها ثم كرّر ما فعلته.
problem-not-signed-in = يرجى تسجيل الدخول.
problem-token-unknown = هذا الهاتف أو الرمز غير معروف هنا.
problem-token-revoked = ألغت المنظمة هذا الهاتف. ما سُجّل عليه يبقى محفوظاً.
problem-code-for-another = هذه الدعوة لشخص آخر أو لمنظمة أو انتخابات أخرى. لم يتغير شيء. اطلب دعوة باسمك أنت.
problem-wrong-password = الاسم أو كلمة المرور غير صحيحة.
problem-not-yours = دورك لا يسمح بهذا.
problem-not-found = لا يوجد شيء هنا، أو أنه يعود إلى منظمة أخرى.
problem-photo-not-named = لا يوجد بعد قيد محفوظ يذكر هذه الصورة.
problem-not-yet-logged = لم يُدرَج هذا القيد في السجل الموقَّع بعد. أعد السؤال بعد لحظة.
problem-photo-not-here = لم تصل هذه الصورة بعد.
problem-method-not-allowed = هذا العنوان لا يقبل هذا النوع من الطلبات.
problem-name-taken = هذا الاسم مستعمل من قبل.
problem-own-account = لا يمكنك فعل هذا بحسابك أنت.
problem-wrong-offset = تُستكمل الصورة من موضع آخر.
problem-checked-out = منسّق آخر يعمل على هذا البلاغ.
problem-already-judged = تغيّر هذا البلاغ أو بُتّ فيه في هذه الأثناء. أعد تحميله.
problem-withdrawn = هذا البلاغ غير قائم: سحبه المراقب أو وُضع جانباً.
problem-already-revoked = هذا الهاتف ملغى من قبل.
problem-code-used = استعمل هاتف آخر هذا الرمز من قبل. اطلب رمزاً جديداً.
problem-code-expired = انتهت صلاحية هذا الرمز. اطلب رمزاً جديداً.
problem-code-unknown = هذا الرمز غير معروف. تحقّق من الرابط أو اطلب رمزاً جديداً.
problem-bad-proof = لم يستطع الهاتف إثبات أنه يحمل مفتاحه. حاول مجدداً برمز جديد.
problem-tus-version = هذا الإصدار من بروتوكول الرفع غير معتمد هنا.
problem-wrong-length = الطول يختلف عمّا أُعلن.
problem-too-large = هذا أكبر من أن يُستقبل.
problem-too-many-entries = عدد القيود في تبادل واحد أكبر من المسموح.
problem-media-type = هذا النوع من الملفات غير مقبول هنا.
problem-upload-busy = هذه الصورة قيد الاستلام الآن، أعد المحاولة بعد قليل
problem-wrong-digest = وصلت الصورة تالفة وسيُعاد إرسالها.
problem-upgrade-needed = هذا التطبيق أقدم من أن يعمل مع هذا الخادم. حدّثه؛ لن يضيع شيء.
problem-too-often = محاولات كثيرة. انتظر قليلاً ثم حاول مجدداً.
problem-busy = الخادم مشغول. حاول مجدداً بعد لحظات.
problem-photos-away = مخزن الصور لا يجيب الآن. الصورة محفوظة؛ حاول بعد دقيقة.
problem-storage-full = لم تبق مساحة على الخادم. أخبر المسؤول؛ لا يضيع شيء من هاتفك.
problem-server-fault = حدث خلل في الخادم. ما حُفظ قبل ذلك في أمان.

## Phases of the election day
phase-arrival = الوصول
phase-opening = الافتتاح
phase-voting = الاقتراع
phase-closing = الغلق
phase-counting = العد والفرز
phase-any = أي مرحلة

## How grave an incident is
severity-label = الخطورة
severity-1 = ملاحظة
severity-2 = طفيفة
severity-3 = متوسطة
severity-4 = خطيرة
severity-5 = حرجة
severity-1-means = للعلم، ولم يتأثر أحد
severity-2-means = خلل صغير لا يؤثر في التصويت
severity-3-means = إجراء لم يُتَّبع وقد يؤثر في التصويت
severity-4-means = حق لناخب أو مراقب مُنع، أو ضمانة أساسية خُرقت
severity-5-means = عنف، أو توقف الاقتراع، أو مساس بالعد

## Where a record is
state-phone = على هذا الهاتف
state-server = على الخادم
state-look = يحتاج إلى نظر
state-phone-means = محفوظ هنا، ويُرسَل عند توفر الشبكة.
state-server-means = وصل كاملاً، بنصّه وصوره.
state-look-means = محفوظ، لكنه يحتاج إلى نظر أحد.

## What a coordinator found
finding-uphold = أكّده المنسّق
finding-doubt = المنسّق في شك
finding-correct = صحّحه المنسّق
finding-other = راجعه المنسّق
