import "../styles/segment.css";

export interface SegmentProps<Id extends string> {
  readonly label: string;
  readonly choices: readonly { readonly id: Id; readonly title: string }[];
  readonly chosen: Id;
  readonly onChoose: (id: Id) => void;
}

/** One of a few, all of them in sight. */
export function Segment<Id extends string>({ label, choices, chosen, onChoose }: SegmentProps<Id>) {
  return (
    <div class="segment" role="group" aria-label={label}>
      {choices.map(({ id, title }) => (
        <button key={id} type="button" aria-pressed={id === chosen} onClick={() => onChoose(id)}>
          {title}
        </button>
      ))}
    </div>
  );
}
