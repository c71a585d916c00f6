#if Daemon
    extension DaemonConfiguration {
        /// How alerts go to web addresses.
        public struct Webhook: Equatable, Sendable {
            /// A file that holds the secret alone that requests are signed with; `nil` leaves them unsigned.
            public var secretFile: String?
            /// A file of certificates to trust instead of the system's.
            public var authorities: String?

            public init() {}
        }

        /// Who sends short messages.
        public struct SMS: Equatable, Sendable {
            public enum Provider: String, Sendable, CaseIterable {
                case twilio, vonage, messagebird
                /// By the template.
                case custom
            }

            /// A request for a provider that is none of the others.
            public struct Template: Equatable, Sendable {
                public var url: String
                public var contentType: String?
                public var body: String
                public var headers: [String] = []
                public var basicAuthentication = false
                /// What the answer's body must hold.
                public var confirmation: String?

                public init(url: String, body: String) {
                    self.url = url
                    self.body = body
                }
            }

            public var provider: Provider
            /// With ``Provider/custom`` only.
            public var template: Template?
            public var account: String?
            /// A file that holds the password, or the token, alone.
            public var passwordFile: String?
            /// Who the message comes from.
            public var from: String?
            /// A file of certificates to trust instead of the system's.
            public var authorities: String?

            public init(provider: Provider) { self.provider = provider }
        }

        /// How alerts go to log servers.
        public struct Syslog: Equatable, Sendable {
            /// Of RFC 5424 section 6.2.1, by their usual names.
            public enum Facility: String, Sendable, CaseIterable {
                case user, daemon, auth, authpriv, local0, local1, local2, local3, local4, local5, local6, local7

                public var code: Int {
                    switch self {
                    case .user: 1
                    case .daemon: 3
                    case .auth: 4
                    case .authpriv: 10
                    case .local0: 16
                    case .local1: 17
                    case .local2: 18
                    case .local3: 19
                    case .local4: 20
                    case .local5: 21
                    case .local6: 22
                    case .local7: 23
                    }
                }
            }

            public var facility = Facility.local0
            /// The private enterprise number of whoever runs this.
            public var enterprise = 32_473

            public init() {}
        }
    }
#endif
