/** The centres of a governorate as circles on an empty map: no tiles, no service, no observer's position. */

import "leaflet/dist/leaflet.css";
import { circleMarker, control, geoJSON, latLng, map as makeMap } from "leaflet";

interface Point {
  code: string;
  longitude: number;
  latitude: number;
  name: string;
  incidents: number;
  severe: number;
  visits: number;
  silent: number;
}

interface Answer {
  polygon: GeoJSON.Geometry;
  centres: Point[];
}

/** Area grows with the count, so that twice as many looks twice as much; no circle hides a whole city. */
const MOST_PIXELS = 22;
/** Where little happened, one incident is still a small circle. */
const LEAST_OF_THE_MOST = 12;

export async function start(box: HTMLElement): Promise<void> {
  const response = await fetch(box.dataset["points"] ?? "", { headers: { Accept: "application/json" } });
  if (!response.ok) return;
  const answer = (await response.json()) as Answer;
  box.hidden = false;
  box.setAttribute("aria-label", box.dataset["label"] ?? "");
  box.setAttribute("role", "application");
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const view = makeMap(box, {
    attributionControl: false,
    zoomControl: false,
    maxZoom: 14,
    minZoom: 4,
    zoomAnimation: !still,
    fadeAnimation: !still,
    // A page that is scrolled past the map must not be caught by it.
    scrollWheelZoom: false,
  });
  control
    .zoom({ zoomInTitle: box.dataset["zoomIn"] ?? "+", zoomOutTitle: box.dataset["zoomOut"] ?? "-" })
    .addTo(view);
  const outline = geoJSON(answer.polygon, {
    interactive: false,
    style: () => ({ className: "governorate-outline", weight: 1.5 }),
  }).addTo(view);
  view.fitBounds(outline.getBounds(), { padding: [12, 12] });
  const most = Math.max(LEAST_OF_THE_MOST, ...answer.centres.map((each) => each.incidents));
  // The largest first, so that small ones lie on top and can be reached.
  for (const each of [...answer.centres].sort((one, other) => other.incidents - one.incidents))
    addPoint(each, most, view, box.dataset);
}

function addPoint(point: Point, most: number, view: ReturnType<typeof makeMap>, words: DOMStringMap): void {
  const circle = circleMarker(latLng(point.latitude, point.longitude), {
    radius: point.incidents ? 4 + (MOST_PIXELS - 4) * Math.sqrt(point.incidents / most) : 3,
    className: `point ${kindOf(point)}`,
    weight: 1,
  });
  const label = document.createElement("span");
  label.dir = words["wordsDirection"] ?? "ltr";
  label.textContent = (words["words"] ?? "<name>").replace(/<(\w+)>/g, (_, gap: keyof Point) => String(point[gap]));
  circle.bindTooltip(label).on("click", () => {
    if (point.incidents) location.assign(`/incidents?station=${encodeURIComponent(point.code)}`);
  });
  circle.addTo(view);
}

function kindOf(point: Point): string {
  if (point.severe) return "severe";
  if (point.incidents) return "";
  return point.silent ? "silent" : "quiet";
}
