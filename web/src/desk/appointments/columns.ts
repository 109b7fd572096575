/**
 * How blocks that share time stand beside each other. The calendar kit gives each block the width that its direct neighbours
 * leave, so two of one chain can lie over each other; here a whole chain shares one set of columns. Pure.
 */
export interface Stretch {
  id: string;
  /** Wall clock stamps that sort as text. */
  start: string;
  end: string;
}

/** In parts of the day's width. */
export interface Place {
  left: number;
  width: number;
}

/** The place of each block: none covers another, and one with free columns to its right takes them. */
export function placeInColumns(stretches: readonly Stretch[]): Map<string, Place> {
  const sorted = [...stretches].sort((a, b) => a.start.localeCompare(b.start) || b.end.localeCompare(a.end) || a.id.localeCompare(b.id));
  const places = new Map<string, Place>();
  let chain: Stretch[] = [];
  let chainEnd = '';
  for (const stretch of sorted) {
    if (chain.length > 0 && stretch.start >= chainEnd) {
      placeChain(chain, places);
      chain = [];
      chainEnd = '';
    }
    chain.push(stretch);
    if (stretch.end > chainEnd) chainEnd = stretch.end;
  }
  placeChain(chain, places);
  return places;
}

function placeChain(chain: readonly Stretch[], places: Map<string, Place>): void {
  const columns: Stretch[][] = [];
  const columnOf = new Map<string, number>();
  for (const stretch of chain) {
    const free = columns.findIndex((column) => column.every((other) => !overlap(other, stretch)));
    const at = free === -1 ? columns.length : free;
    (columns[at] ??= []).push(stretch);
    columnOf.set(stretch.id, at);
  }
  for (const stretch of chain) {
    const first = columnOf.get(stretch.id) ?? 0;
    let next = first + 1;
    while (next < columns.length && columns[next]?.every((other) => !overlap(other, stretch))) next += 1;
    places.set(stretch.id, { left: first / columns.length, width: (next - first) / columns.length });
  }
}

function overlap(a: Stretch, b: Stretch): boolean {
  return a.start < b.end && b.start < a.end;
}
