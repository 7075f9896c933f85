# الخريطة: عناوينها وجملة كل محافظة.
map-title = الحوادث لكل 100 زيارة محطة
map-as-of = حتى { $time }
map-legend-title = الحوادث لكل 100 زيارة
map-count = الرقم تحت الاسم: عدد الحوادث
map-few-visits = أقل من { $minimum } زيارات
map-no-visits = لا زيارات: لا بيانات
map-attribution = الحدود ليست رسمية. Natural Earth؛ حدود بغداد وحلبجة مبسطة من قبل المشروع.
map-area-rate = { $name }: { $rate } حادثة لكل 100 زيارة. الحوادث: { $incidents }، المتحقق منها: { $verified }. الزيارات: { $visits }، في { $covered } من { $stations } محطة.
map-area-few = { $name }: الزيارات أقل من أن تكفي لحساب المعدل. الحوادث: { $incidents }، المتحقق منها: { $verified }. الزيارات: { $visits }، في { $covered } من { $stations } محطة.
map-area-none = { $name }: لا بيانات. لم تُزر أي محطة من محطاتها البالغ عددها { $stations }.
