#if Daemon
    import ArgumentParser
    import E911Configuration
    import E911Service

    /// Where `e911d.yaml` lies.
    struct ConfigurationOption: ParsableArguments {
        @Option(name: .long, help: "The file with what a process needs to start.")
        var config = "/etc/e911d/e911d.yaml"

        /// Reads it, or prints its problems and ends with 78 (EX_CONFIG).
        func read() throws -> DaemonConfiguration {
            try DaemonFile.read(config).orExit()
        }
    }

    extension Reading {
        /// The value; or its problems on standard error and an exit, if there is an error among them.
        func orExit() throws -> Value {
            for problem in problems { printError("\(problem)") }
            guard let value, !problems.contains(where: { $0.severity == .error }) else { throw ExitStatus.wrongFile }
            return value
        }
    }
#endif
