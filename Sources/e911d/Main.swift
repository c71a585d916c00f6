#if Daemon
    import ArgumentParser

    @main
    struct E911D: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "e911d",
            abstract: "An E911 location and notification service for a SIP Server.",
            discussion: ExitStatus.help,
            version: version,
            subcommands: [
                Serve.self, Check.self, Apply.self, Import.self, Export.self, Sheet.self, Explain.self, Devices.self,
                Calls.self, Leases.self, ELINs.self, ALI.self, Status.self, Download.self, NeverSeen.self,
                FilterPreview.self,
                Acknowledge.self, TestSend.self, Drain.self, User.self, Backup.self, Restore.self, Migrate.self,
                Trace.self,
                SimulatedServer.self,
            ])
    }
#else
    @main
    struct WithoutDaemon {
        static func main() {
            print("This e911d was built without the trait Daemon; it can do nothing.")
        }
    }
#endif
