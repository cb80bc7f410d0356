/** In English the service speaks for itself. */
function itsOwn(_code: string): string | undefined {
  return undefined;
}

/** Sentences for what the service says by a code, where it does not speak the reader's language. */
export const serviceWords = {
  service: {
    problem: itsOwn,
    diagnostic: itsOwn,
  },
};
