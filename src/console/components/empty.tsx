export interface EmptyProps {
  readonly says: string;
  readonly hint?: string;
  /** What makes the first one, for a terminal. */
  readonly commands?: readonly string[];
}

export function Empty({ says, hint, commands = [] }: EmptyProps) {
  return (
    <div class="empty">
      <p>{says}</p>
      {hint !== undefined && <p class="quiet">{hint}</p>}
      {commands.length > 0 && <pre tabIndex={0}>{commands.join("\n")}</pre>}
    </div>
  );
}
