/** The few drawn signs of the app; each stands beside a word and says nothing alone. */
const DRAWINGS = {
  today:
    "M4 6.5A1.5 1.5 0 0 1 5.5 5h13A1.5 1.5 0 0 1 20 6.5v12a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 4 18.5zM4 10h16M8 3v4M16 3v4M8.5 14.5l2.3 2.3 4.7-4.6",
  report: "M12 5v14M5 12h14",
  outbox: "M12 15V4M7.5 8.5 12 4l4.5 4.5M4 14v4.5A1.5 1.5 0 0 0 5.5 20h13a1.5 1.5 0 0 0 1.5-1.5V14",
  settings: "M4 7h9M17 7h3M4 17h3M11 17h9M15 4.5v5M9 14.5v5",
  back: "M10 5l-7 7 7 7M3.5 12H21",
  onward: "M9 5l7 7-7 7",
  open: "M5 9l7 7 7-7",
  tick: "M4.5 12.5l5 5 10-11",
  phone: "M8 3h8a1.5 1.5 0 0 1 1.5 1.5v15A1.5 1.5 0 0 1 16 21H8a1.5 1.5 0 0 1-1.5-1.5v-15A1.5 1.5 0 0 1 8 3zM11 18h2",
  look: "M12 4 2.8 20h18.4zM12 10v4.5M12 17.2v.1",
  note: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5.5M12 7.7v.1",
  care: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7.2v6M12 16.3v.1",
  camera:
    "M4 8.5A1.5 1.5 0 0 1 5.5 7h2.3l1.4-2.5h5.6L16.2 7h2.3A1.5 1.5 0 0 1 20 8.5v9a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 4 17.5zM12 16a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4z",
  picture:
    "M5.5 4.5h13A1.5 1.5 0 0 1 20 6v12a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 4 18V6a1.5 1.5 0 0 1 1.5-1.5zM4 16l4.5-4.5 4 4 2.5-2.5 5 4.5M15.5 9v.1",
  pin: "M12 21s-7-6.2-7-11.5a7 7 0 0 1 14 0C19 14.8 12 21 12 21zM12 12a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z",
  again: "M19.5 12a7.5 7.5 0 1 1-2.3-5.4M19.5 3.5v4h-4",
  save: "M12 4v11M7.5 10.5 12 15l4.5-4.5M4 20h16",
  lock: "M6.5 10.5h11A1.5 1.5 0 0 1 19 12v7a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 5 19v-7a1.5 1.5 0 0 1 1.5-1.5zM8.5 10.5V7.5a3.5 3.5 0 0 1 7 0v3",
  bin: "M5 7h14M9.5 7V4.5h5V7M7 7l.800 12.5h8.4L17 7M10.5 10.5v6M13.5 10.5v6",
  pen: "M4 20l1-4L16.5 4.5l3 3L8 19z",
  up: "M12 19V5M6 11l6-6 6 6",
  down: "M12 5v14M6 13l6 6 6-6",
  list: "M9 6.5h11M9 12h11M9 17.5h11M4.5 6.5h.1M4.5 12h.1M4.5 17.5h.1",
  tape: "M7 3h10v18l-2.5-1.7L12 21l-2.5-1.7L7 21zM10 8h4M10 12h4",
  message:
    "M4.5 5h15A1.5 1.5 0 0 1 21 6.5v9a1.5 1.5 0 0 1-1.5 1.5H10l-4.5 3.5V17h-1A1.5 1.5 0 0 1 3 15.5v-9A1.5 1.5 0 0 1 4.5 5z",
  search: "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5 20.5 20.5",
  arrive: "M13 4h6v16h-6M4 12h10M10.5 8l4 4-4 4",
  leave: "M11 4H5v16h6M10 12h10M16.5 8l4 4-4 4",
  mark: "M12 2.5 20.5 6v6c0 5-3.6 8.3-8.5 9.5C7.1 20.3 3.5 17 3.5 12V6zM8 12l3 3 5-5.5",
} as const;

export type IconName = keyof typeof DRAWINGS;

// Signs that point along the line of writing turn round with it; clocks and cameras do not.
const MIRRORED: ReadonlySet<IconName> = new Set(["back", "onward", "arrive", "leave", "list"]);

export function Icon({ name, small }: { name: IconName; small?: boolean }) {
  const names = ["icon", small && "icon-small", MIRRORED.has(name) && "icon-mirrored"];
  return (
    <svg
      class={names.filter(Boolean).join(" ")}
      viewBox="0 0 24 24"
      aria-hidden="true"
      fill="none"
      stroke="currentColor"
      stroke-width="2"
      stroke-linecap="round"
      stroke-linejoin="round"
    >
      <path d={DRAWINGS[name]} />
    </svg>
  );
}
