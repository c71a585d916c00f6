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
            discussion: "Exit 0 after a signal; 78 when the configuration is wrong; 1 when something else is.")

        @OptionGroup var options: ConfigurationOption
        @Option(name: .long, help: "Append all SIP messages to this file, as a trace that its owner alone can read.")
        var record: String?

        @Option(name: .long, help: "Log from this level on, whatever the configuration says: debug, info, notice…")
        var logLevel: String?

        func run() async throws {
            DaemonProcess.holdStandardDescriptors()
            DaemonProcess.keepFilesPrivate()
            var configuration = try options.read()
            if let logLevel {
                guard let level = DaemonConfiguration.Log.Level(rawValue: logLevel) else {
                    let levels = DaemonConfiguration.Log.Level.allCases.map(\.rawValue).joined(separator: ", ")
                    throw ValidationError("--log-level is one of \(levels), not '\(logLevel)'")
                }
                configuration.log.level = level
            }
            DaemonProcess.ignoreBrokenPipes()
            let log = Log(configuration.log)
            defer { log.close() }
            let daemon: Daemon
            do {
                daemon = try await Daemon.start(configuration, record: record, log: log)
            } catch let error as WrongConfiguration {
                printError("\(options.config): \(error.reason)")
                throw ExitCode(78)
            } catch let error as StoreError {
                printError("\(configuration.state): \(error.reason)")
                throw ExitCode.failure
            } catch let error as ListenError {
                printError("\(error)")
                throw ExitCode.failure
            }
            await Signals.wait(for: [SIGTERM, SIGINT])
            await daemon.stop()
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

        /// A log that nobody reads any more is an error of write(2), not the end.
        static func ignoreBrokenPipes() {
            signal(SIGPIPE, SIG_IGN)
        }
    }

    /// Signals that end a process in good order.
    enum Signals {
        /// Waits for the first of these, or until the task is cancelled; they do nothing else from now on.
        static func wait(for signals: [Int32]) async {
            let queue = DispatchQueue(label: "signals")
            var sources: [any DispatchSourceSignal] = []
            let stream = AsyncStream<Int32> { continuation in
                for number in signals {
                    signal(number, SIG_IGN)
                    let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
                    source.setEventHandler { continuation.yield(number) }
                    source.resume()
                    sources.append(source)
                }
            }
            for await _ in stream { break }
            for source in sources { source.cancel() }
        }
    }
#endif
