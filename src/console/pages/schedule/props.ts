import type { Schedule } from "../../api/types.ts";

export interface ScheduleActionsProps {
  readonly schedule: Schedule;
  readonly base: string;
  readonly onChanged: () => void;
}

export interface ScheduleDialogProps extends ScheduleActionsProps {
  readonly onClose: () => void;
}
