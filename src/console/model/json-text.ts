/** What was typed as a JSON object, or what is wrong with it. */
export function readObject(text: string): { readonly value: object } | { readonly wrong: string } {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return { value };
    return { wrong: "{ }" };
  } catch (error) {
    return { wrong: error instanceof Error ? error.message : String(error) };
  }
}
