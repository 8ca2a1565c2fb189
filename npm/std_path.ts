/**
 * Stand-in for the part of @std/path that this program uses, over path-browserify, a copy of Node's own
 * for POSIX: `node:path` takes longer to load than the whole answer of a small command.
 */
import path from "path-browserify";

export const { basename, dirname, extname, isAbsolute, join, normalize, relative, resolve } = path;

/** The path of a file that a `file:` URL names. */
export const fromFileUrl = (url: URL): string => decodeURIComponent(url.pathname);
