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

/** The same in a form: its label is to be seen, too. */
export function SegmentField<Id extends string>(props: SegmentProps<Id>) {
  return (
    <div class="field">
      <span class="label">{props.label}</span>
      <Segment {...props} />
    </div>
  );
}
