/** A message as it was sent, cut where there is no room; whole for who points at it. */
export function LetterBody({ body }: { readonly body: string }) {
  return (
    <code class="cut block letter-body" title={body}>
      {body}
    </code>
  );
}
