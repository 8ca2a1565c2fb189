/** Version of the program, as `wave --version` prints it. */
export const VERSION = "0.1.0";
