#if Daemon
    import ArgumentParser
    import E911Configuration
    import Dispatch
    import E911Store
    import Foundation
    import SIPTransport

    struct Serve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Answer calls until SIGTERM or SIGINT.",
            discussion: "SIGHUP has it read its configuration, certificates, keys, passwords and lists of addresses of "
                + "record again; what needs a restart is told in the log. Exit 0 after SIGTERM or SIGINT; 78 when the "
                + "configuration is wrong; 1 when something else is.")

        @OptionGroup var options: ConfigurationOption
        @Option(name: .long, help: "Append all SIP messages to this file, as a trace that its owner alone can read.")
        var record: String?

        @Option(name: .long, help: "Log from this level on, whatever the configuration says: debug, info, notice…")
        var logLevel: String?

        func run() async throws {
            DaemonProcess.holdStandardDescriptors()
            DaemonProcess.keepFilesPrivate()
            let configuration = try read().orExit()
            DaemonProcess.ignoreBrokenPipes()
            DaemonProcess.ignoreHangUp()
            let log = Log(configuration.log)
            defer { log.close() }
            let daemon: Daemon
            do {
                daemon = try await Daemon.start(configuration, path: options.config, record: record, log: log)
            } catch let error as WrongConfiguration {
                printError("\(ConfigurationProblem(startFailure: error, of: configuration, at: options.config))")
                throw ExitCode(78)
            } catch let error as StoreError {
                printError("\(configuration.state): \(error.reason)")
                throw ExitCode.failure
            } catch let error as TLSFileError {
                printError("\(options.config): TLS: \(error)")
                throw ExitCode(78)
            } catch let error as ListenError {
                printError("\(error)")
                throw ExitCode.failure
            }
            let signals = Signals.stream(of: [SIGTERM, SIGINT, SIGHUP])
            let manager = ServiceManager(ProcessInfo.processInfo.environment, ask: daemon.ask, note: log.write)
            manager.ready("answers calls")
            // Beside the signals: a disk that does not answer must not keep the process from ending. Wishes that come during a
            // reload are one more reload.
            let (wishes, wish) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
            let reloads = Task {
                for await _ in wishes {
                    manager.reloading()
                    manager.ready("\(await daemon.reload(try read()))")
                }
            }
            for await signal in signals {
                guard signal == SIGHUP else { break }
                wish.yield()
            }
            reloads.cancel()
            manager.stopping()
            await daemon.stop()
        }

        /// The configuration, with what the command line says of it.
        private func read() throws -> Reading<DaemonConfiguration> {
            var reading = DaemonFile.read(options.config)
            guard let logLevel else { return reading }
            guard let level = DaemonConfiguration.Log.Level(rawValue: logLevel) else {
                let levels = DaemonConfiguration.Log.Level.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("--log-level is one of \(levels), not '\(logLevel)'")
            }
            reading.value?.log.level = level
            return reading
        }
    }

    /// What a process that serves asks of the system.
    enum DaemonProcess {
        /// Without this, the first file that is opened could become standard error, and get the log.
        static func holdStandardDescriptors() {
            for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
                // The lowest number that is free is the one that is missing.
                _ = open("/dev/null", O_RDWR)
            }
        }

        /// Calls, devices and messages are personal data: nobody but this user reads what this process writes.
        static func keepFilesPrivate() {
            umask(0o077)
        }

        /// It is a wish to reload, which may come before anything can be reloaded.
        static func ignoreHangUp() {
            signal(SIGHUP, SIG_IGN)
        }

        /// A log that nobody reads any more is an error of write(2), not the end.
        static func ignoreBrokenPipes() {
            signal(SIGPIPE, SIG_IGN)
        }
    }

    /// Signals that a process is told what to do by.
    enum Signals {
        /// These, as they come, none lost in between; they do nothing else from now on.
        static func stream(of signals: [Int32]) -> AsyncStream<Int32> {
            let queue = DispatchQueue(label: "signals")
            return AsyncStream { continuation in
                // A source may be cancelled on any thread, and nothing else is done with it.
                nonisolated(unsafe) let sources = signals.map { number in
                    signal(number, SIG_IGN)
                    let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
                    source.setEventHandler { continuation.yield(number) }
                    source.resume()
                    return source
                }
                continuation.onTermination = { _ in for source in sources { source.cancel() } }
            }
        }

        /// Waits for the first of these, or until the task is cancelled.
        static func wait(for signals: [Int32]) async {
            for await _ in stream(of: signals) { break }
        }
    }
#endif
