#if Daemon
    import E911Values
    import Foundation

    /// A web server that prints what is posted to it, a line of JSON each, one after the other.
    struct WebReceiver {
        struct Post: Decodable, Sendable {
            var path: String
            /// Names in lower case.
            var headers: [String: String]
            var body: String
            /// Whether the signature is the one of the secret, which Python has computed.
            var isSigned: Bool
        }

        let process: ChildProcess

        static func start(in rig: Rig, port: UInt16, secret: String) async throws -> WebReceiver {
            let program = """
                import hashlib, hmac, http.server, json, sys
                secret = sys.argv[2].encode()
                class Receiver(http.server.BaseHTTPRequestHandler):
                    def do_POST(self):
                        body = self.rfile.read(int(self.headers["Content-Length"]))
                        parts = dict(part.split("=", 1) for part in self.headers.get("E911d-Signature", "t=,v1=").split(","))
                        mac = hmac.new(secret, parts["t"].encode() + b"." + body, hashlib.sha256).hexdigest()
                        headers = {name.lower(): value for name, value in self.headers.items()}
                        print(json.dumps({"path": self.path, "headers": headers, "body": body.decode(),
                                          "isSigned": hmac.compare_digest(mac, parts["v1"])}), flush=True)
                        self.send_response(200)
                        self.send_header("Content-Length", "0")
                        self.end_headers()
                    def log_message(self, *words): pass
                server = http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver)
                print("listening", flush=True)
                server.serve_forever()
                """
            let process = try await rig.start(
                try PeerProgram.python.required(), ["-c", program, "\(port)", secret])
            _ = try await process.output.first { $0 == "listening" }
            return WebReceiver(process: process)
        }

        func posts(to path: String) throws -> [Post] {
            try process.output.all.filter { $0.hasPrefix("{") }
                .map { try JSONDecoder().decode(Post.self, from: Data($0.utf8)) }.filter { $0.path == path }
        }
    }

    /// A log server by TCP that prints each message that comes, its octets counted (RFC 6587), as a line of JSON.
    struct LogReceiver {
        let process: ChildProcess

        static func start(in rig: Rig, port: UInt16) async throws -> LogReceiver {
            let program = """
                import json, socketserver, sys
                class Receiver(socketserver.StreamRequestHandler):
                    def handle(self):
                        while True:
                            count = b""
                            while not count.endswith(b" "):
                                octet = self.rfile.read(1)
                                if not octet: return
                                count += octet
                            print(json.dumps(self.rfile.read(int(count)).decode()), flush=True)
                class Server(socketserver.TCPServer):
                    allow_reuse_address = True
                server = Server(("127.0.0.1", int(sys.argv[1])), Receiver)
                print("listening", flush=True)
                server.serve_forever()
                """
            let process = try await rig.start(try PeerProgram.python.required(), ["-c", program, "\(port)"])
            _ = try await process.output.first { $0 == "listening" }
            return LogReceiver(process: process)
        }

        var messages: [String] {
            get throws {
                try process.output.all.filter { $0.hasPrefix("\"") }
                    .map { try JSONDecoder().decode(String.self, from: Data($0.utf8)) }
            }
        }
    }
#endif
