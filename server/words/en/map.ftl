# The map: its captions and the sentence of each governorate.
map-title = Incidents per 100 station visits
map-as-of = As of { $time }
map-legend-title = Incidents per 100 visits
map-count = Number under a name: incidents
map-few-visits = Under { $minimum } visits
map-no-visits = No visits: no data
map-attribution = Boundaries are not official. Natural Earth; Baghdad and Halabja generalised by the project.
map-area-rate = { $name }: { $rate } incidents per 100 visits. Incidents: { $incidents }, of which verified: { $verified }. Visits: { $visits }, at { $covered } of { $stations } stations.
map-area-few = { $name }: too few visits for a rate. Incidents: { $incidents }, of which verified: { $verified }. Visits: { $visits }, at { $covered } of { $stations } stations.
map-area-none = { $name }: no data. Nobody has visited any of its { $stations } stations.
