#if Daemon
    import Foundation

    /// The way of one node to the database: it can be cut, as a network is that carries nothing any more.
    struct DatabaseCutter {
        let process: ChildProcess
        /// For `store:`.
        let address: String

        static func start(in rig: Rig, _ name: String, to database: DatabasePeer) async throws -> DatabaseCutter {
            let folder = try rig.subfolder("cut-\(name)")
            let program = """
                import os, socket, sys, threading
                passing = threading.Event()
                passing.set()
                def carry(source, target):
                    try:
                        while octets := source.recv(65536):
                            # What is under way when the way is cut arrives when it is whole again.
                            passing.wait()
                            target.sendall(octets)
                    except OSError: pass
                    for end in (source, target):
                        try: end.shutdown(socket.SHUT_RDWR)
                        except OSError: pass
                def serve(client):
                    passing.wait()
                    server = socket.socket(socket.AF_UNIX)
                    try: server.connect(sys.argv[2])
                    except OSError:
                        client.close()
                        return
                    threading.Thread(target=carry, args=(client, server), daemon=True).start()
                    carry(server, client)
                def accept():
                    listener = socket.socket(socket.AF_UNIX)
                    listener.bind(sys.argv[1])
                    os.chmod(sys.argv[1], 0o777)
                    listener.listen(64)
                    print("listening", flush=True)
                    while True:
                        client, _ = listener.accept()
                        threading.Thread(target=serve, args=(client,), daemon=True).start()
                threading.Thread(target=accept, daemon=True).start()
                for line in sys.stdin:
                    if line.strip() == "cut": passing.clear()
                    else: passing.set()
                    print(line.strip(), flush=True)
                """
            let process = try await rig.start(
                try PeerProgram.python.required(),
                ["-c", program, folder.path + "/.s.PGSQL.5432", database.socket], keepsInput: true)
            _ = try await process.output.first { $0 == "listening" }
            return DatabaseCutter(
                process: process, address: "host=\(folder.path) dbname=e911d user=e911d connect_timeout=5")
        }

        /// Nothing passes from now on, or all does again.
        func cut(_ isCut: Bool) async throws {
            let word = isCut ? "cut" : "join"
            try process.write(word + "\n")
            _ = try await process.output.first { $0 == word }
        }
    }
#endif
