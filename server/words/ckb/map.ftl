# نەخشە: ناونیشانەکانی و ڕستەی هەر پارێزگایەک.
map-title = ڕووداو بۆ هەر 100 سەردانی وێستگە
map-as-of = تا { $time }
map-legend-title = ڕووداو بۆ هەر 100 سەردان
map-count = ژمارەی ژێر ناو: ژمارەی ڕووداوەکان
map-few-visits = کەمتر لە { $minimum } سەردان
map-no-visits = سەردان نییە: زانیاری نییە
map-attribution = سنوورەکان فەرمی نین. Natural Earth؛ سنووری بەغدا و هەڵەبجە لەلایەن پڕۆژەکەوە سادە کراونەتەوە.
map-area-rate = { $name }: { $rate } ڕووداو بۆ هەر 100 سەردان. ڕووداوەکان: { $incidents }، پشتڕاستکراوەکان: { $verified }. سەردانەکان: { $visits }، لە { $covered } وێستگە لە { $stations }.
map-area-few = { $name }: سەردانەکان کەمترن لەوەی ڕێژەیان لێ دەربهێنرێت. ڕووداوەکان: { $incidents }، پشتڕاستکراوەکان: { $verified }. سەردانەکان: { $visits }، لە { $covered } وێستگە لە { $stations }.
map-area-none = { $name }: زانیاری نییە. هیچ کام لە { $stations } وێستگەکەی سەردان نەکراوە.
