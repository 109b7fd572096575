/**
 * Files that wait for the connection while nobody looks at their conversation. They are there again when it is opened,
 * as unsent words are; leaving the page would lose them, and the browser asks first.
 */
export class ParkedFiles {
  readonly #files = new Map<string, File[]>();
  readonly #stopAsking = new Map<string, () => void>();

  park(place: string, files: readonly File[]): void {
    if (files.length === 0) return;
    this.#files.set(place, [...(this.#files.get(place) ?? []), ...files]);
    if (!this.#stopAsking.has(place)) this.#stopAsking.set(place, askBeforeLeaving());
  }

  /** The files of a place, which are then its screen's to keep. */
  take(place: string): File[] {
    const files = this.#files.get(place) ?? [];
    this.#files.delete(place);
    this.#stopAsking.get(place)?.();
    this.#stopAsking.delete(place);
    return files;
  }

  clear(): void {
    for (const place of [...this.#files.keys()]) this.take(place);
  }
}

/** The browser asks whether to leave the page, until the returned function is called. */
export function askBeforeLeaving(): () => void {
  const ask = (event: BeforeUnloadEvent) => event.preventDefault();
  window.addEventListener('beforeunload', ask);
  return () => window.removeEventListener('beforeunload', ask);
}
