# الخريطة: عناوينها وجملة كل محافظة.
map-title = المخالفات لكل 100 زيارة محطة
map-as-of = حتى { $time }
map-legend-title = المخالفات لكل 100 زيارة
map-count = الرقم تحت الاسم: عدد المخالفات
map-few-visits = أقل من { $minimum } زيارات
map-no-visits = لا زيارات: لا بيانات
map-attribution = الحدود ليست رسمية. Natural Earth؛ حدود بغداد وحلبجة مبسطة من قبل المشروع.
map-area-rate = { $name }: { $rate } مخالفة لكل 100 زيارة. المخالفات: { $incidents }، المتحقق منها: { $verified }. الزيارات: { $visits }، في { $covered } من { $stations } محطة.
map-area-few = { $name }: الزيارات أقل من أن تكفي لحساب المعدل. المخالفات: { $incidents }، المتحقق منها: { $verified }. الزيارات: { $visits }، في { $covered } من { $stations } محطة.
map-area-none = { $name }: لا بيانات. لم تُزر أي محطة من محطاتها البالغ عددها { $stations }.
