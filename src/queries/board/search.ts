/** Whether a name has a text in it, in whatever case. */
export function has(name: string, text: string): boolean {
  return name.toLowerCase().includes(text.toLowerCase());
}
