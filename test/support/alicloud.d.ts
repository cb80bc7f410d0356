/** The genuine client, which brings no types: its methods have the names of the actions. */
declare module "@alicloud/fnf-2019-03-15" {
  interface Options {
    readonly method?: "GET" | "POST";
    readonly timeout?: number;
  }
  type Parameters = Readonly<Record<string, string | number | boolean>>;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into answers with their own expectations
  type Answer = any;
  type Call = (parameters?: Parameters, options?: Options) => Promise<Answer>;

  export default class FnfClient {
    constructor(config: {
      endpoint: string;
      accessKeyId: string;
      accessKeySecret: string;
      securityToken?: string;
      opts?: Options;
    });
    apiVersion: string;
    request(action: string, parameters?: Parameters, options?: Options): Promise<Answer>;
    createFlow: Call;
    updateFlow: Call;
    deleteFlow: Call;
    describeFlow: Call;
    listFlows: Call;
    startExecution: Call;
    stopExecution: Call;
    describeExecution: Call;
    listExecutions: Call;
    getExecutionHistory: Call;
    reportTaskSucceeded: Call;
    reportTaskFailed: Call;
    createSchedule: Call;
    updateSchedule: Call;
    deleteSchedule: Call;
    describeSchedule: Call;
    listSchedules: Call;
  }
}
