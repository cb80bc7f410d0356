import type { ProblemCode } from "../problem.ts";

/** Texts of the page that signs in without a script. */
export interface SignInWords {
  /** As `lang` of a page has it. */
  readonly language: "en" | "zh-CN";
  readonly title: string;
  readonly label: string;
  readonly hint: string;
  readonly submit: string;
  readonly needsScript: string;
  readonly readInstead: string;
  readonly requestId: string;
  /** A session that came with the request, and is good no more. */
  readonly over: string;
  /** Why a sign-in was refused, by the code that the API has for it. */
  readonly refused: Readonly<Partial<Record<ProblemCode, string>>>;
  readonly refusedOtherwise: string;
}

export const EN: SignInWords = {
  language: "en",
  title: "Sign in",
  label: "Access key",
  hint: "The id and the secret with a dot between them. It is kept as a cookie for 12 hours.",
  submit: "Sign in",
  needsScript: "The console's pages need JavaScript.",
  readInstead: "What the API tells without it",
  requestId: "Request",
  over: "Your session is over. Sign in again.",
  refused: {
    Unauthenticated: "This key is not known here, or it is disabled. Was all of it pasted?",
    InvalidRequest: "This is no access key: it is an id and a secret with a dot between them.",
    Forbidden: "This is a worker's key, which works and signs nobody in. Use another one.",
    ForeignOrigin: "The key did not come from this service's own page. Paste it here.",
    InsecureSignIn:
      "Anybody on the way here could read the key, so nobody signs in over this connection. Open the service by https://, or on its own machine by http://127.0.0.1; behind a proxy that speaks HTTPS its variable TRUST_PROXY must be true.",
    TooManySignIns: "Ten tries from your address failed within a minute. Try again in a minute.",
    BodyTooLarge: "This is too long to be an access key.",
    NotConfigured: "The service is not set up yet: its secret MASTER_KEY is missing.",
    NoRole: "Cloudflare Access lets you in, and nobody gave you a role here.",
    AccessUnreachable: "Cloudflare Access does not answer. Try again shortly, or sign in with an access key.",
  },
  refusedOtherwise: "The service could not do it. Try again shortly.",
};

export const ZH: SignInWords = {
  language: "zh-CN",
  title: "登录",
  label: "访问密钥",
  hint: "ID 与密钥之间用一个点连接。它保存为 Cookie，有效期 12 小时。",
  submit: "登录",
  needsScript: "控制台页面需要 JavaScript。",
  readInstead: "不用 JavaScript 可查看的 API 文档",
  requestId: "请求",
  over: "会话已结束，请重新登录。",
  refused: {
    Unauthenticated: "此处没有这个密钥，或密钥已停用。是否粘贴完整？",
    InvalidRequest: "这不是访问密钥：应为 ID 和密钥，中间用一个点连接。",
    Forbidden: "这是工作机的密钥，只用于工作，不能登录。请使用其他密钥。",
    ForeignOrigin: "密钥不是从本服务的页面提交的。请在此处粘贴。",
    InsecureSignIn:
      "途中的任何人都能读到密钥，因此不能通过此连接登录。请用 https:// 打开本服务，或在服务所在的机器上用 http://127.0.0.1 打开；若前面有使用 HTTPS 的代理，须将变量 TRUST_PROXY 设为 true。",
    TooManySignIns: "一分钟内从你的地址登录失败了十次。请一分钟后再试。",
    BodyTooLarge: "内容太长，不是访问密钥。",
    NotConfigured: "服务尚未配置：缺少 MASTER_KEY。",
    NoRole: "Cloudflare Access 允许你进入，但你在这里还没有角色。",
    AccessUnreachable: "Cloudflare Access 没有响应。请稍后再试，或用访问密钥登录。",
  },
  refusedOtherwise: "服务未能完成操作，请稍后再试。",
};

/** In the language that a browser would rather have, as it says in `Accept-Language`; English for who wants neither. */
export function wordsFor(acceptLanguage: string | null): SignInWords {
  const wanted = (acceptLanguage ?? "").split(",").map((part) => {
    const [tag = "", ...parameters] = part.trim().toLowerCase().split(";");
    const said = parameters.map((one) => /^\s*q=([\d.]+)$/.exec(one)?.[1]).find((one) => one !== undefined);
    return { words: BY_LANGUAGE.get(tag.split("-")[0] ?? ""), weight: said === undefined ? 1 : Number(said) };
  });
  const known = wanted.filter(({ words, weight }) => words && weight > 0);
  return known.toSorted((a, b) => b.weight - a.weight)[0]?.words ?? EN;
}

const BY_LANGUAGE = new Map([
  ["en", EN],
  ["zh", ZH],
]);
