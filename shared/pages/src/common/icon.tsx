const paths = {
  check: "M5 12.5l4.5 4.5L19 7.5",
  warning: "M12 4L2.5 20h19L12 4zM12 10v4.5M12 17.3v.2",
  error: "M12 3a9 9 0 100 18 9 9 0 000-18zM9 9l6 6M15 9l-6 6",
  question: "M12 3a9 9 0 100 18 9 9 0 000-18zM9.5 9.5a2.5 2.5 0 114 2c-1 .7-1.5 1.2-1.5 2.2M12 16.8v.2",
  clock: "M12 3a9 9 0 100 18 9 9 0 000-18zM12 7.5V12l3 2",
  plug: "M9 3v5M15 3v5M6 8h12v3a6 6 0 01-12 0V8zM12 17v4",
  thermometer: "M10 13.5V5a2 2 0 114 0v8.5a4 4 0 11-4 0zM12 10v6",
  pin: "M12 21s-6.5-6-6.5-11a6.5 6.5 0 0113 0c0 5-6.5 11-6.5 11zM12 12.2a2.2 2.2 0 100-4.4 2.2 2.2 0 000 4.4z",
  tag: "M3.5 11.5V4.5h7L20 14l-7 7-9.5-9.5zM7.5 8.3v.2",
  door: "M6 21V4.5L15 3v18M15 5h3.5v16M3.5 21h17M12 12v.5",
  uplink: "M7 18.5a4.5 4.5 0 01-.5-9A6 6 0 0118 8.6a5 5 0 01-.5 9.9M12 21v-8M9 15.5l3-3 3 3",
  settings: "M4 7h9M17 7h3M4 17h3M11 17h9M15 4.8v4.4M9 14.8v4.4",
  add: "M12 5v14M5 12h14",
  bell: "M6 17V11a6 6 0 0112 0v6l1.5 1.5h-15L6 17zM10 21h4",
  box: "M12 3l8.5 4.5v9L12 21l-8.5-4.5v-9L12 3zM3.5 7.5L12 12l8.5-4.5M12 12v9",
  history: "M3.5 12a8.5 8.5 0 102.5-6L3.5 8.5M3.5 4v4.5H8M12 7.5V12l3 2",
  gateway: "M4 13h16v7H4v-7zM8 16.5v.1M12 16.5v.1M12 13V9M8.5 7.5a5 5 0 017 0M6 4.8a8.5 8.5 0 0112 0",
  flow: "M3 12h4l3-7 4 14 3-7h4",
  search: "M10.5 4a6.5 6.5 0 100 13 6.5 6.5 0 000-13zM15.5 15.5L21 21",
  download: "M12 4v11M7.5 11l4.5 4.5 4.5-4.5M4 20h16",
  leave: "M14 4h5v16h-5M10 8l-4 4 4 4M6 12h9",
  back: "M14.5 5.5L8 12l6.5 6.5",
  undo: "M4 9h10a5.5 5.5 0 010 11h-4M8 5L4 9l4 4",
} as const;

export type IconName = keyof typeof paths;

/** Decoration only: a word always stands beside it. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
