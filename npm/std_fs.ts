/** Stand-in for the part of @std/fs that this program uses, over fs-extra. */
import fs from "fs-extra";

export const ensureDir: (path: string) => Promise<void> = fs.ensureDir;
export const ensureDirSync: (path: string) => void = fs.ensureDirSync;
export const exists: (path: string) => Promise<boolean> = fs.pathExists;
export const existsSync: (path: string) => boolean = fs.pathExistsSync;
export const copy: (from: string, to: string) => Promise<void> = fs.copy;
export const emptyDir: (path: string) => Promise<void> = fs.emptyDir;
