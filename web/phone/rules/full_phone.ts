/** What a browser says when its store is full. */
export const isFull = (fault: unknown): boolean => fault instanceof Error && fault.name === "QuotaExceededError";
