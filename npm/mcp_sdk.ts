/**
 * What `wave mcp` uses of the protocol's SDK. The build makes it a module of its own: bundled with the rest
 * it would share zod with what reads pipelines, and all of the SDK's zod would be loaded by every run.
 */
export { McpServer, ResourceTemplate } from "@modelcontextprotocol/server";
export { serveStdio, StdioServerTransport } from "@modelcontextprotocol/server/stdio";
