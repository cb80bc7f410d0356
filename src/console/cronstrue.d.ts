/** A language of the library: importing it is all. */
declare module "cronstrue/locales/zh_CN";
