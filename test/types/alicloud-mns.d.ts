/** The part of the client that the tests use; it comes without types. */
declare module "@alicloud/mns" {
  interface Answer<Body> {
    readonly code: number;
    readonly headers: Readonly<Record<string, string | undefined>>;
    readonly body: Body;
  }
  type Fields = Readonly<Record<string, string>>;
  type Params = Readonly<Record<string, string | number | boolean>>;

  export default class Client {
    constructor(
      accountId: string,
      options: { endpoint: string; accessKeyId: string; accessKeySecret: string; readTimeout?: number },
    );
    createQueue(name: string, params?: Params): Promise<Answer<undefined>>;
    deleteQueue(name: string): Promise<Answer<undefined>>;
    listQueue(start?: string, limit?: number, prefix?: string): Promise<Answer<readonly Fields[]>>;
    getQueueAttributes(name: string): Promise<Answer<Fields>>;
    setQueueAttributes(name: string, params: Params): Promise<Answer<undefined>>;
    sendMessage(queue: string, message: Params): Promise<Answer<Fields>>;
    batchSendMessage(queue: string, messages: readonly Params[]): Promise<Answer<readonly Fields[]>>;
    receiveMessage(queue: string, waitSeconds?: number): Promise<Answer<Fields>>;
    batchReceiveMessage(queue: string, max: number, waitSeconds?: number): Promise<Answer<readonly Fields[]>>;
    peekMessage(queue: string): Promise<Answer<Fields>>;
    batchPeekMessage(queue: string, max: number): Promise<Answer<readonly Fields[]>>;
    deleteMessage(queue: string, receipt: string): Promise<Answer<undefined>>;
    batchDeleteMessage(
      queue: string,
      receipts: readonly string[],
    ): Promise<Answer<readonly Fields[] | undefined>>;
    changeMessageVisibility(queue: string, receipt: string, seconds: number): Promise<Answer<Fields>>;
    createTopic(name: string, params?: Params): Promise<Answer<undefined>>;
    listTopic(start?: string, limit?: number, prefix?: string): Promise<Answer<readonly Fields[]>>;
    getTopicAttributes(name: string): Promise<Answer<Fields>>;
    setTopicAttributes(name: string, params: Params): Promise<Answer<undefined>>;
    publishMessage(topic: string, message: Params): Promise<Answer<Fields>>;
    /** For what the client has no words of its own. */
    request(method: string, resource: string, root: string, body: Buffer | string): Promise<Answer<Fields>>;
  }
}
