/** What is run for a message, and with what. */
export interface Launch {
  readonly program: string;
  readonly args: readonly string[];
  /** The runner's own by default. */
  readonly cwd: string | undefined;
  readonly stdin: string;
  /**
   * What it reads is a file, or /dev/null if there is nothing, as under cron: a pipe of Node is a socket, for which
   * `bash -c` takes itself to be on another machine, and reads `.bashrc`.
   */
  readonly isStdinFile?: boolean;
  /** In place of the runner's own environment. */
  readonly env?: Readonly<Record<string, string>>;
}
