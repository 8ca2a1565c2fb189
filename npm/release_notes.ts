/** What a release says of itself: its section of `CHANGELOG.md`. */

/**
 * The text below the heading `## <version> (<date>)`, without the blank lines around it.
 *
 * @throws {Error} when there is no such section, it is empty, or it is marked as unreleased.
 */
export function releaseNotes(changelog: string, version: string): string {
  const sections = changelog.split(/^## /m).slice(1);
  const section = sections.find((text) => text.split(/\s/, 1)[0] === version);
  if (section === undefined) {
    throw new Error(`Cannot release ${version}: CHANGELOG.md has no section of it`);
  }
  const [heading = "", ...lines] = section.split("\n");
  if (/unreleased/i.test(heading)) {
    throw new Error(`Cannot release ${version}: CHANGELOG.md calls it unreleased`);
  }
  const notes = lines.join("\n").trim();
  if (notes === "") throw new Error(`Cannot release ${version}: CHANGELOG.md says nothing of it`);
  return `${notes}\n`;
}
