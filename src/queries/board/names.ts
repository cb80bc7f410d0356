/** Whether a name has a text in it, in whatever case. */
export function has(name: string, text: string): boolean {
  return name.toLowerCase().includes(text.toLowerCase());
}

export function begins(name: string, text: string): boolean {
  return name.toLowerCase().startsWith(text.toLowerCase());
}
