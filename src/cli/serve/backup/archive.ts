import { createReadStream, createWriteStream, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { constants, createGunzip, createGzip } from "node:zlib";
import { type ParsedTarEntry, createTarDecoder } from "modern-tar";
import { packTar } from "modern-tar/fs";
import { messageOf } from "../../../core/result.ts";
import { UsageError } from "../../usage-error.ts";
import { refuseNewer } from "../../local/data-format.ts";
import { MANIFEST, type Manifest, isKept, manifestShape } from "./kept.ts";

const OWNER_ONLY = 0o600;

/** Writes files of a folder into one archive (tar, gzip), which is on the disk when this resolves. */
export async function writeArchive(
  file: string,
  manifest: Manifest,
  folder: string,
  paths: readonly string[],
): Promise<void> {
  const content = `${JSON.stringify(manifest, null, 2)}\n`;
  const tar = packTar([
    { type: "content", content, target: MANIFEST, mode: OWNER_ONLY },
    ...paths.map((path) => ({
      type: "file" as const,
      source: join(folder, path),
      target: path,
      mode: OWNER_ONLY,
    })),
  ]);
  const gzip = createGzip({ level: constants.Z_BEST_SPEED });
  await pipeline(tar, gzip, createWriteStream(file, { mode: OWNER_ONLY, flush: true }));
}

/**
 * Writes all files of an archive below a folder. Throws a UsageError for what is no backup, is not whole, or was made by a
 * newer version; what was written until then is whoever called's to remove.
 */
export async function readArchive(file: string, folder: string): Promise<Manifest> {
  const reader = new ArchiveReader(file, folder);
  try {
    const { readable, writable } = createTarDecoder({ strict: true });
    await Promise.all([unzip(file, writable), takeAll(readable, reader)]);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${file} cannot be restored: ${reasonOf(error)}`);
  }
  return reader.finished();
}

async function unzip(file: string, decoder: WritableStream<Uint8Array>): Promise<void> {
  const writer = decoder.getWriter();
  const feed = async (chunks: AsyncIterable<Uint8Array>) => {
    for await (const chunk of chunks) await writer.write(chunk);
    await writer.close();
  };
  try {
    await pipeline(createReadStream(file), createGunzip(), feed);
  } catch (error) {
    // Whoever reads learns of it, or is the one that refused to go on.
    await writer.abort(error).catch(() => {});
    throw error;
  }
}

async function takeAll(entries: ReadableStream<ParsedTarEntry>, archive: ArchiveReader): Promise<void> {
  for await (const entry of chunksOf(entries)) await archive.take(entry);
}

/** Whoever leaves early reads no more. */
async function* chunksOf<T>(stream: ReadableStream<T>): AsyncGenerator<T> {
  const reader = stream.getReader();
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value;
  } finally {
    await reader.cancel().catch(() => {});
  }
}

class ArchiveReader {
  private readonly file: string;
  private readonly folder: string;
  private readonly taken = new Set<string>();
  private bytes = 0;
  private manifest: Manifest | undefined;

  constructor(file: string, folder: string) {
    this.file = file;
    this.folder = folder;
  }

  async take({ header, body }: ParsedTarEntry): Promise<void> {
    const { name, type } = header;
    if (!this.manifest) {
      this.manifest = await this.readManifest(name, body);
      return;
    }
    if (type !== "file" || !isKept(name) || this.taken.has(name))
      throw new UsageError(`${this.file} is no backup of Millrace: it holds ${JSON.stringify(name)}`);
    this.taken.add(name);
    this.bytes += header.size;
    const target = join(this.folder, name);
    mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
    const written = createWriteStream(target, { mode: OWNER_ONLY, flush: true, flags: "wx" });
    await pipeline(chunksOf(body), written);
  }

  finished(): Manifest {
    const { manifest, taken, bytes } = this;
    if (!manifest) throw new UsageError(`${this.file} is no backup of Millrace: it is empty`);
    if (taken.size !== manifest.files || bytes !== manifest.bytes) {
      throw new UsageError(
        `${this.file} is not whole: it holds ${taken.size} of ${manifest.files} files; take another backup`,
      );
    }
    return manifest;
  }

  private async readManifest(name: string, body: ParsedTarEntry["body"]): Promise<Manifest> {
    if (name !== MANIFEST)
      throw new UsageError(`${this.file} is no backup of Millrace: ${MANIFEST} is missing at its beginning`);
    const read = manifestShape.safeParse(await new Response(body).json().catch(() => undefined));
    if (!read.success)
      throw new UsageError(`${this.file} is no backup of Millrace: its ${MANIFEST} makes no sense`);
    refuseNewer(read.data.format, this.file);
    return read.data;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  Z_DATA_ERROR: "it is no backup of Millrace, or was damaged; take another one",
  Z_BUF_ERROR: "its end is missing; take another backup",
};

function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return REASONS[code] ?? messageOf(error);
}
