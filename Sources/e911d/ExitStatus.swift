#if Daemon
    import ArgumentParser

    /// How commands end, all alike.
    enum ExitStatus {
        /// 1: it was refused, or could not be done; the reason is on standard error.
        static let failure = ExitCode.failure
        /// 78 (EX_CONFIG): a file that was given has errors, each of which is on standard error; nothing changed.
        static let wrongFile = ExitCode(78)

        static let help = """
            Exit statuses: 0 it is done; 1 it was refused or could not be done; 64 the command line is wrong; 78 a file \
            that was given has errors, and nothing changed. Reasons are on standard error.

            Commands reach a running e911d by its control socket. When none runs, those that look read the state folder, \
            and apply and import write it.
            """
    }
#endif
