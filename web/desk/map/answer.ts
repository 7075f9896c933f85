/** What the server answers about the map: texts ready to show, so that figures read alike everywhere. */

export interface MapAnswer {
  as_of: string;
  map_as_of: string;
  narrowed: string;
  order: string[];
  sort: Record<string, string>;
  rows: Record<string, { class: string; cells: Record<string, string> }>;
  areas: Record<string, { class: string; fill: string; count: string; title: string }>;
}
