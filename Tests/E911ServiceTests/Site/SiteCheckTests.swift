import Alerting
import E911Values
import Locations
import SIPCore
import Testing

@testable import E911Service

/// Each way in which a site does not hold together, told at its place.
@Suite struct SiteCheckTests {
    @Test func aSiteThatHoldsTogetherHasNoProblem() throws {
        var site = try SiteConfiguration.sample()
        #expect(SiteCheck.problems(of: site, listeners: [.sample]) == [])
        site.recipients.append(.init(name: "log", syslog: "udp://192.0.2.9:514"))
        site.recipients.append(.init(name: "hook", webhook: "teams+https://example.com/x"))
        site.recipients.append(.init(name: "all", members: ["security", "guard", "log"]))
        site.alerts.append(.init(to: ["all"], channels: ["syslog"]))
        site.callServers[0].alertEscalation = ["all"]
        #expect(SiteCheck.problems(of: site, listeners: [.sample]) == [])
    }

    /// What the desk is told of groups, escalation and reminders.
    @Test func groupsEscalationAndRemindersReachTheDesk() throws {
        var site = try SiteConfiguration.sample()
        site.recipients.append(.init(name: "all", members: ["security", "guard"]))
        site.callServers[0].alertEscalation = ["all", "guard"]
        site.reminders = .init(every: 60, times: 7, escalateAt: 1)
        let alerts = try #require(SiteModel(site)).alerts(channels: [.email])
        #expect(alerts.recipients.map(\.name) == ["security", "guard"])
        #expect(alerts.groups == [.init(name: "all", members: ["security", "guard"])])
        #expect(alerts.callServers.map(\.escalation) == [["all", "guard"], []])
        #expect(alerts.policy.reminderInterval == .seconds(60) && alerts.policy.reminders == 7)
        #expect(alerts.policy.escalateWithReminder == 1 && alerts.channels == [.email])
        #expect(alerts.problems().isEmpty)
        // What a store holds is not checked again.
        site.reminders = .init(every: 0, times: 1000, escalateAt: 0)
        let bent = try #require(SiteModel(site)).alerts(channels: []).policy
        #expect(bent.reminderInterval == .seconds(30) && bent.reminders == 100 && bent.escalateWithReminder == 1)
    }

    @Test func whoHasNoWayThatThereIsIsFound() throws {
        var site = try SiteConfiguration.sample()
        site.recipients.append(.init(name: "all", members: ["security", "guard"]))
        #expect(SiteCheck.unreachable(in: site, by: [.webhook, .syslog]) == ["security", "guard"])
        #expect(SiteCheck.unreachable(in: site, by: [.email, .webhook]) == ["guard"])
        #expect(SiteCheck.unreachable(in: site, by: [.email, .sms]) == [])
    }

    /// One change to a good site, and where it is told.
    struct Fault: Sendable, CustomTestStringConvertible {
        let path: String
        let says: String
        var severity = SiteProblem.Severity.error
        let change: @Sendable (inout SiteConfiguration) throws -> Void

        init(
            _ path: String, _ says: String, _ severity: SiteProblem.Severity = .error,
            change: @escaping @Sendable (inout SiteConfiguration) throws -> Void
        ) {
            self.path = path
            self.says = says
            self.severity = severity
            self.change = change
        }

        var testDescription: String { "\(path): \(says)" }
    }

    @Test(arguments: siteFaults + callServerFaults + numberFaults + locationFaults + alertFaults)
    func everyFaultIsToldOnceAtItsPlace(fault: Fault) throws {
        var site = try SiteConfiguration.sample()
        try fault.change(&site)
        let problems = SiteCheck.problems(of: site, listeners: [.sample])
        #expect(problems.map(\.path) == [fault.path], "\(problems)")
        let problem = try #require(problems.first)
        #expect("\(problem.reason) (\(problem.remedy))".contains(fault.says), "\(problem)")
        #expect(problem.severity == fault.severity)
        #expect(!problem.remedy.isEmpty)
    }

    static let siteFaults: [Fault] = [
        Fault("site.time-zone", "is empty") { $0.timeZone = "" },
        Fault("site.default-call-server", "did you mean 'main'?") { $0.defaultCallServer = "mian" },
        Fault("call-servers[1].name", "taken by call-servers[0]") { $0.callServers[1].name = "main" },
        Fault("call-servers[1].name", "is empty") { $0.callServers[1].name = "" },
        Fault("call-servers", "there is none") { $0.callServers = [] },
    ]

    static let callServerFaults: [Fault] = [
        Fault("call-servers[0].members", "there is none") { $0.callServers[0].members = [] },
        Fault("call-servers[0].members[1].port", "0 is no port") { $0.callServers[0].members[1].port = 0 },
        Fault("call-servers[0].members[1].transport", "does not listen by tls", .warning) {
            $0.callServers[0].members[1].transport = .tls
        },
        Fault("call-servers[0].members[1].domain", "with TLS alone", .warning) {
            $0.callServers[0].members[1].domain = "sip.example.com"
        },
        Fault("call-servers[0].members[1].address", "our own listeners") {
            $0.callServers[0].members[1].host = .address(NodeConfiguration.Listener.sample.endpoint.address)
        },
        Fault("call-servers[0].members[1]", "sip.example.com is member 0 already") {
            $0.callServers[0].members[0] = MemberConfiguration(host: .name("sip.example.com"), transport: .tcp)
            $0.callServers[0].members[1] = MemberConfiguration(host: .name("sip.example.com"))
        },
        Fault("call-servers", "101 members are named") { site in
            site.callServers[0].members = (0...100).map { MemberConfiguration(host: .name("s\($0).example.com")) }
        },
        Fault("call-servers[0].fallback-targets[0]", "leads to a member") {
            $0.callServers[0].members[1] = MemberConfiguration(host: .name("sip.example.com"))
            $0.callServers[0].fallbackTargets = ["sip:9117@SIP.example.com:5080"]
        },
        Fault("call-servers[0].members[1]", "member 0 already") {
            $0.callServers[0].members[1] = $0.callServers[0].members[0]
        },
        Fault("call-servers[1].members[0]", "a member of 'main' too", .warning) {
            $0.callServers[1].members = [$0.callServers[0].members[0]]
        },
        Fault("call-servers[0].username", "begins with own-prefix '911'") { $0.callServers[0].username = "911" },
        Fault("call-servers[0].username", "begins with own-prefix '911'") { $0.callServers[0].username = "9117" },
        Fault("call-servers[0].username", "is empty") {
            $0.callServers[0].username = ""
        },
        Fault("call-servers[0].username", "cannot stand in a SIP URI") { $0.callServers[0].username = "79 11" },
        Fault("call-servers[0].own-prefix", "is empty") { $0.callServers[0].ownPrefix = "" },
        Fault("call-servers[0].fallback-targets[0]", "is not a SIP URI") {
            $0.callServers[0].fallbackTargets = ["tel:+13125550100"]
        },
        Fault("call-servers[0].fallback-targets[0]", "is not a SIP URI") {
            $0.callServers[0].fallbackTargets = ["sip:7911@198.51.100.5:sip"]
        },
        Fault("call-servers[0].fallback-targets[0]", "our own listeners") {
            $0.callServers[0].fallbackTargets = ["sip:7911@192.0.2.20:5060"]
        },
        Fault("call-servers[0].fallback-targets[0]", "come back again") {
            $0.callServers[0].fallbackTargets = ["sip:911@192.0.2.10"]
        },
        Fault("call-servers[0].test-username", "is the username too") { $0.callServers[0].testUsername = "7911" },
        Fault("call-servers[0].test-username", "begins with own-prefix") { $0.callServers[0].testUsername = "91133" },
        Fault("call-servers[0].test-username", "begins with username", .warning) {
            $0.callServers[0].testUsername = "79113"
        },
        Fault("call-servers[0].test-numbers[0]", "comes back") {
            $0.callServers[0].testUsername = nil
            $0.callServers[0].testNumbers = ["91199"]
        },
        Fault("call-servers[0].test-numbers[1]", "an emergency number too") {
            $0.callServers[0].testNumbers = ["933", "112"]
        },
        Fault("call-servers[0].emergency-numbers", "there is none") { $0.callServers[0].emergencyNumbers = [] },
        Fault("call-servers[0].emergency-numbers[1]", "cannot be dialled") {
            $0.callServers[0].emergencyNumbers = ["911", ""]
        },
        Fault("call-servers[0].emergency-numbers[1]", "stands twice", .warning) {
            $0.callServers[0].emergencyNumbers = ["911", "911"]
        },
        Fault("call-servers[0].default-location", "did you mean 'hq-2-east'?") {
            $0.callServers[0].defaultLocation = "hq-2-eest"
        },
        Fault("call-servers[0].elin-pool", "did you mean 'downtown'?") { $0.callServers[0].pool = "down-town" },
        Fault("call-servers[0].alert-fallback[1]", "there is no recipient 'porter' (known: security, guard)") {
            $0.callServers[0].alertFallback = ["security", "porter"]
        },
        Fault("call-servers[0].alert-fallback", "reaches nobody") { $0.callServers[0].alertFallback = [] },
        Fault("call-servers[0].sip-elin-timeout", "out of range") { $0.callServers[0].elinTimeout = 3601 },
        Fault("call-servers[0].sip-elin-timeout", "out of range") { $0.callServers[0].elinTimeout = -1 },
        Fault("call-servers[0].cluster.check", "out of range") {
            $0.callServers[0].cluster = ClusterChoices()
            $0.callServers[0].cluster?.check = 0.5
        },
        Fault("call-servers[0].cluster.misses", "out of range") {
            $0.callServers[0].cluster = ClusterChoices()
            $0.callServers[0].cluster?.misses = 0
        },
        Fault("call-servers[0].cluster.hold-down", "up to 24h") {
            $0.callServers[0].cluster = ClusterChoices()
            $0.callServers[0].cluster?.holdDown = -1
        },
        Fault("call-servers[0].subscription.pace", "1 to 100000") { $0.callServers[0].subscription.pace = 0 },
        Fault("call-servers[0].subscription.expires", "end the subscription") {
            $0.callServers[0].subscription.expires = 0
        },
        Fault("call-servers[0].subscription.expires", "make a download each time", .warning) {
            $0.callServers[0].subscription.expires = 59
        },
        Fault("call-servers[0].subscription.quiet", "out of range") { $0.callServers[0].subscription.quiet = 0 },
        Fault("call-servers[0].subscription.quiet", "out of range") { $0.callServers[0].subscription.quiet = .nan },
        Fault("call-servers[0].subscription.download", "out of range") {
            $0.callServers[0].subscription.download = .every(seconds: 59)
        },
        Fault("call-servers[0].subscription.download", "has no time") {
            $0.callServers[0].subscription.download = .daily(minutes: [])
        },
        Fault("call-servers[0].subscription.download[1]", "no minute of a day") {
            $0.callServers[0].subscription.download = .daily(minutes: [0, 1440])
        },
        Fault("call-servers[0].subscription.download[1]", "twice", .warning) {
            $0.callServers[0].subscription.download = .daily(minutes: [60, 60])
        },
        Fault("call-servers[1].subscription.aors[0]", "not an address of record") {
            $0.callServers[1].subscription.aors = ["sip:example.com"]
        },
        Fault("call-servers[0].subscription.aors", "not used", .warning) {
            $0.callServers[0].subscription.aors = ["sip:1@example.com"]
        },
        Fault("call-servers[0].subscription.aors-file", "not used", .warning) {
            $0.callServers[0].subscription.aorsFile = "/etc/e911d/phones.txt"
        },
        Fault("call-servers[0].subscription.learn", "not used", .warning) { $0.callServers[0].subscription.learn = 1 },
        Fault("call-servers[1].subscription.learn", "out of range") { $0.callServers[1].subscription.learn = -1 },
        Fault("call-servers[1].subscription.aors", "none is listed", .warning) {
            $0.callServers[1].subscription.aors = []
        },
        Fault("call-servers[0].subscription.password-file", "missing beside username") {
            $0.callServers[0].subscription.username = "e911d"
        },
        Fault("call-servers[0].subscription.username", "missing beside password-file") {
            $0.callServers[0].subscription.passwordFile = "/etc/e911d/secret"
        },
        Fault("call-servers[0].caller", "no caller is ever known") { $0.callServers[0].caller = [] },
        Fault("call-servers[0].caller-rules[0].match", "is empty") {
            $0.callServers[0].callerRules = [CallerRule(match: "", dn: "1")]
        },
        Fault("call-servers[0].caller-rules[0].dn", "is empty") {
            $0.callServers[0].callerRules = [CallerRule(match: "^1", dn: "")]
        },
        Fault("call-servers[0].user-agent-pattern", "is empty") { $0.callServers[0].userAgentPattern = "" },
        Fault("call-servers[0].user-agent-pattern", "has 0 groups, but $1 is asked for") {
            $0.callServers[0].userAgentPattern = "[0-9a-f]{12}"
        },
        Fault("call-servers[0].caller-rules[0].match", "has 1 groups, but $2 is asked for") {
            $0.callServers[0].callerRules[0].dn = "$1$$$2"
        },
        Fault("call-servers[0].caller-rules[0].match", "missing closing parenthesis at character 9") {
            $0.callServers[0].callerRules[0].match = "^312(555"
        },
        Fault("call-servers[0].filters.rows[0].ip", "is no regular expression") {
            $0.callServers[0].filters.rows = [FilterChoices.Row(ip: "^10[")]
        },
        Fault("call-servers[0].redirect.elin", "a 302 has its own Contact") {
            $0.callServers[0].redirect = .header("Contact")
        },
        Fault("call-servers[0].caller-device[1]", "not a header's name") {
            $0.callServers[0].callerDevice = [.contact, .header("X Device")]
        },
        Fault("call-servers[0].redirect.elin", "not a header's name") { $0.callServers[0].redirect = .header("") },
        Fault("call-servers[0].filters.rows[0]", "has no pattern") {
            $0.callServers[0].filters.rows = [FilterChoices.Row()]
        },
        Fault("call-servers[0].filters.rows[0].mac", "is empty") {
            $0.callServers[0].filters.rows = [FilterChoices.Row(ip: "^10", mac: "")]
        },
        Fault("call-servers[0].filters.mode", "includes nobody", .warning) {
            $0.callServers[0].filters.mode = .include
        },
    ]

    static let numberFaults: [Fault] = [
        Fault("elin-pools[1].name", "taken by elin-pools[0]") {
            let range = try ClosedNumberRange.sample("+13125550300")
            $0.pools.append(ELINPoolConfiguration(name: "downtown", numbers: [range], ali: .export))
        },
        Fault("elin-pools[0].numbers", "there is none") { $0.pools[0].numbers = [] },
        Fault("elin-pools[0].numbers", "2 numbers for 3 locations", .warning) {
            $0.pools[0].numbers = [try .sample("+13125550120", "+13125550121")]
            $0.locations.append(.init(id: "hq-4", name: "4th floor", parent: "hq", usesPool: true))
            $0.locations.append(.init(id: "hq-5", name: "5th floor", parent: "hq", usesPool: true))
        },
        Fault("elin-pools[0].numbers[2]", "ends before it begins (+13125550190-+13125550195)") {
            $0.pools[0].numbers.append(try .sample("+13125550195", "+13125550190"))
        },
        Fault("elin-pools[0].numbers[2]", "different length") {
            $0.pools[0].numbers.append(try .sample("+13125550190", "+493125550195"))
        },
        Fault("elin-pools[0].numbers", "more than 100000") {
            $0.pools[0].numbers.append(try .sample("+14125550000", "+14125649999"))
        },
        Fault("elin-pools[0].numbers", "more than 100000") {
            $0.pools[0].numbers = [try .sample("+2000000000", "+9999999999")]
        },
        Fault("elin-pools[0].numbers[2]", "+13125550125 and more stands twice in this pool") {
            $0.pools[0].numbers.append(try .sample("+13125550125", "+13125550126"))
        },
        Fault("locations[1].elins[0]", "+13125550120 belongs to pool 'downtown'") {
            $0.locations[1].elins = [try .sample("3125550120")]
        },
        Fault("locations[1].elins[0]", "+13125550101 belongs to location 'hq'") {
            $0.locations[1].elins = [try .sample("1 312 555 0101")]
        },
        Fault("locations[1].elins[1]", "stands twice at this location") {
            $0.locations[1].elins = [try .sample("+13125550103"), try .sample("3125550103")]
        },
        Fault("locations[1].elins[0]", "is the default ELIN") { $0.locations[1].elins = [try .sample("+13125550100")] },
        Fault("locations[1].elins[0]", "is the test ELIN") { $0.locations[1].elins = [try .sample("+13125550199")] },
        Fault("call-servers[1].test-elin", "is the default ELIN") {
            $0.callServers[1].testELIN = try .sample("+13125550100")
        },
        Fault("elin-pools[0].numbers[0]", "is the default ELIN of a call server") {
            $0.callServers[1].defaultELIN = try .sample("+13125550139")
        },
    ]

    static let locationFaults: [Fault] = [
        Fault("locations[1].id", "taken by locations[0]") {
            $0.locations[1].id = "hq"
            $0.locations[1].parent = nil
            $0.callServers[1].defaultLocation = "hq"
            $0.rules = []
        },
        Fault("locations[1].parent", "there is no location 'hk' (did you mean 'hq'?)") {
            $0.locations[1].parent = "hk"
        },
        Fault("locations[1].parent", "cannot lie in itself") { $0.locations[1].parent = "hq-2-east" },
        Fault("locations[0].parent", "stands behind") {
            $0.locations[0].parent = "hq-2-east"
            $0.locations[1].parent = nil
        },
        Fault("locations[0].address.FLR", "is empty") {
            $0.locations[0].address.append(.init(name: "FLR", value: ""))
        },
        Fault("locations[0].address.FLOR", "did you mean 'FLR'?") {
            $0.locations[0].address.append(.init(name: "FLOR", value: "2"))
        },
        Fault("locations[0].address.rd", "stands twice") {
            $0.locations[0].address.append(.init(name: "rd", value: "Main"))
        },
        Fault("locations[0].address.RD", "stands twice") {
            $0.locations[0].address.append(.init(name: "RD", value: "Main"))
        },
        Fault("locations[0].address.country", "'USA' is not the code of a country", .warning) {
            $0.locations[0].address.append(.init(name: "country", value: "USA"))
        },
        Fault("locations[0].contacts[1]", "there is no recipient 'porter'") {
            $0.locations[0].contacts = ["guard", "porter"]
        },
        Fault("locations[0].validation.by", "is missing") {
            $0.locations[0].validation = Validation(state: .valid, when: WallTime(milliseconds: 0))
        },
        Fault("locations[0].validation.at", "is missing") {
            $0.locations[0].validation = Validation(state: .invalid, who: "Ann")
        },
        Fault("site.evidence.freshness", "out of range") { $0.evidenceFreshness = 59 },
        Fault("site.off-premises.location", "there is no location 'hk' (did you mean 'hq'?)") {
            $0.offPremises = OffPremisesConfiguration(location: "hk")
        },
        Fault("site.off-premises.networks[1]", "10.1.0.0/16 is placed at 'hq' by rules[4]") {
            $0.offPremises = OffPremisesConfiguration(
                networks: try ["10.9.0.0/16", "10.1.0.0/16"].map { try #require(IPPrefix($0)) })
        },
        Fault("site.off-premises.networks[1]", "is networks[0] already", .warning) {
            $0.offPremises = OffPremisesConfiguration(
                networks: try ["10.9.0.0/16", "10.9.0.0/16"].map { try #require(IPPrefix($0)) })
        },
        Fault("site.off-premises", "no rule has a prefix", .warning) {
            $0.offPremises = OffPremisesConfiguration()
            $0.rules.removeLast(2)
        },
        Fault("site.off-premises", "holds for no address", .warning) {
            $0.offPremises = OffPremisesConfiguration(publicAddresses: false)
        },
        Fault("locations[0].security-desk", "is empty") { $0.locations[0].securityDesk = "" },
        Fault("locations[2].pool", "ELINs of its own too") { $0.locations[2].elins = [try .sample("+13125550104")] },
        Fault("locations[2].pool", "no call server has an elin-pool") {
            $0.callServers[0].pool = nil
            $0.callServers[1].pool = nil
        },
        Fault("call-servers[1].elin-pool", "is missing", .warning) { $0.callServers[1].pool = nil },
        Fault("rules[0].location", "there is no location 'roof'") { $0.rules[0].location = "roof" },
        Fault("rules[5].prefix", "10.1.2.0/24 is placed at 'hq-2-east' by rules[3] already") {
            let prefix = try #require(IPPrefix("10.1.2.0/24"))
            $0.rules.append(RuleConfiguration(condition: .prefix(prefix), location: "hq"))
        },
        Fault("rules[5].prefix", "placed by rules[3] already (leave one out)", .warning) {
            $0.rules.append($0.rules[3])
        },
        Fault("rules[1].bssid", "is not a BSSID") { $0.rules[1].condition = .bssid("aa:bb:*:dd:ee:ff") },
        Fault("rules[1].bssid", "every access point") { $0.rules[1].condition = .bssid("*:*:*:*:*:*") },
        Fault("rules[5].bssid", "aa:bb:cc:dd:ee:* is placed at 'hq-2-east' by rules[1] already") {
            $0.rules.append(RuleConfiguration(condition: .bssid("AA-BB-CC-DD-EE-*"), location: "hq"))
        },
        Fault("rules[6].device.dn", "2001 is placed at 'hq' by rules[5] already") {
            $0.rules.append(RuleConfiguration(condition: .deviceDN("sip:2001"), location: "hq"))
            $0.rules.append(RuleConfiguration(condition: .deviceDN("2001"), location: "hq-3"))
        },
        Fault("rules[2].port", "is empty") { $0.rules[2].condition = .port(switch: "sw-2", port: "") },
        Fault("rules[0].device.dn", "is empty") { $0.rules[0].condition = .deviceDN("") },
        Fault("rules[0].device.instance", "is empty") { $0.rules[0].condition = .deviceInstance("") },
    ]

    static let alertFaults: [Fault] = [
        Fault("recipients[1].name", "taken by recipients[0]") {
            $0.recipients[1].name = "security"
            $0.alerts[1].to = ["security"]
            $0.alerts[1].channels = ["email"]
        },
        Fault("recipients[1]", "'guard' can be told by no channel") {
            $0.recipients[1].sms = nil
            $0.alerts[1].channels = []
        },
        Fault("recipients[0].email", "not a mail address") { $0.recipients[0].email = "security at example.com" },
        Fault("recipients[0].email", "not a mail address") { $0.recipients[0].email = "a@b>\r\nRCPT TO:<c@d" },
        Fault("recipients[1].sms", "not a telephone number") { $0.recipients[1].sms = "555" },
        Fault("recipients[1].webhook", "not a web address") { $0.recipients[1].webhook = "example.com" },
        Fault("recipients[1].webhook", "not a web address") { $0.recipients[1].webhook = "mail+https://example.com" },
        Fault("recipients[1].syslog", "not a log server") { $0.recipients[1].syslog = "192.0.2.9" },
        Fault("recipients[1].syslog", "not a log server") { $0.recipients[1].syslog = "udp://2001:db8::9" },
        Fault("site.reminders.every", "30 to 86400") { $0.reminders = .init(every: 0) },
        Fault("site.reminders.times", "0 to 100") { $0.reminders = .init(times: -1) },
        Fault("site.reminders.escalate-at", "1 to 100") { $0.reminders = .init(escalateAt: 0) },
        Fault("recipients[2]", "members and an address") {
            $0.recipients.append(.init(name: "all", email: "a@example.com", members: ["security"]))
        },
        Fault("recipients[2].members", "nobody is told") { $0.recipients.append(.init(name: "all", members: [])) },
        Fault("recipients[2].members[1]", "there is no recipient 'gard' (did you mean 'guard'?)") {
            $0.recipients.append(.init(name: "all", members: ["guard", "gard"]))
        },
        Fault("recipients[3].members[0]", "'all' is a group itself") {
            $0.recipients.append(.init(name: "all", members: ["guard"]))
            $0.recipients.append(.init(name: "more", members: ["all"]))
        },
        Fault("call-servers[0].alert-escalation[1]", "there is no recipient 'boss'") {
            $0.callServers[0].alertEscalation = ["guard", "boss"]
        },
        Fault("call-servers[0].alert-escalation", "nobody is reminded", .warning) {
            $0.callServers[0].alertEscalation = ["guard"]
            $0.reminders = .init(times: 0)
        },
        Fault("alerts[0].acknowledge", "nobody is reminded", .warning) {
            $0.alerts[0].acknowledge = .all
            $0.reminders = .init(times: 0)
        },
        Fault("alerts", "nobody is subscribed to calls from 'hq-3': alert-fallback", .warning) {
            $0.alerts = [.init(location: "hq-2-east", to: ["guard"])]
        },
        Fault("alerts", "from 'hq-3' and 1 other locations", .warning) {
            $0.alerts = [.init(location: "hq-2-east", to: ["guard"])]
            $0.locations.append(.init(id: "annex", name: "Annex"))
            $0.locations.append(.init(id: "gate", name: "Gate", contacts: ["guard"]))
        },
        Fault("alert-texts.email.subject", "no placeholder '{plce}' (did you mean 'place'?)") {
            $0.alertTexts = .init(emailSubject: "{title} at {plce}")
        },
        Fault("alert-texts.email.text", "belongs to no placeholder") {
            $0.alertTexts = .init(emailText: "{title} } {place}")
        },
        Fault("alert-texts.sms.text", "is empty") { $0.alertTexts = .init(sms: " ") },
        Fault("alert-texts.email.text", "at most 8192") {
            $0.alertTexts = .init(emailText: String(repeating: "x", count: 8193))
        },
        Fault("alerts[0].location", "there is no location") { $0.alerts[0].location = "cellar" },
        Fault("alerts[0].call-server", "there is no call server") { $0.alerts[0].callServer = "second" },
        Fault("alerts[0].to", "nobody is told") { $0.alerts[0].to = [] },
        Fault("alerts[0].to[0]", "did you mean 'security'?") { $0.alerts[0].to = ["securty"] },
        Fault("alerts[0].channels[0]", "did you mean 'email'?") { $0.alerts[0].channels = ["e-mail", "email"] },
        Fault("alerts[0].hours", "are no hours") { $0.alerts[0].hours = "weekdays" },
        Fault("alerts[1].to[0]", "'guard' has none of the channels email") { $0.alerts[1].channels = ["email"] },
    ]

    @Test func aUsernameWithOurPrefixIsTakenWhenThereIsAFallbackTarget() throws {
        var site = try SiteConfiguration.sample()
        site.callServers[0].username = "911"
        site.callServers[0].testUsername = "7933"
        site.callServers[0].fallbackTargets = ["sip:7911@198.51.100.5:5060", "sips:[2001:db8::5]"]
        #expect(SiteCheck.problems(of: site) == [])
    }

    @Test func aReferenceSaysWhichSectionLacksTheName() throws {
        var site = try SiteConfiguration.sample()
        site.rules[0].location = "roof"
        site.alerts[0].to = ["porter"]
        site.callServers[0].pool = "uptown"
        site.defaultCallServer = "none"
        #expect(
            SiteCheck.problems(of: site).map(\.missingFrom) == [.callServers, .pools, .locations, .recipients])
    }

    @Test func callServersMayShareDefaultAndTestNumbers() throws {
        var site = try SiteConfiguration.sample()
        site.callServers[1].defaultELIN = site.callServers[0].defaultELIN
        site.callServers[1].testELIN = site.callServers[0].testELIN
        #expect(SiteCheck.problems(of: site) == [])
    }

    @Test func anEmptySiteIsToldNotTrapped() {
        #expect(SiteCheck.problems(of: SiteConfiguration()).map(\.path) == ["call-servers", "locations"])
    }
}

extension NodeConfiguration.Listener {
    static var sample: Self {
        .init(transport: .udp, endpoint: Endpoint(IPAddress(v4: 0xc000_0214), 5060))
    }
}

extension TelephoneNumber {
    static func sample(_ text: String) throws -> TelephoneNumber { try #require(TelephoneNumber(text)) }
}

extension ClosedNumberRange {
    static func sample(_ first: String, _ last: String? = nil) throws -> ClosedNumberRange {
        ClosedNumberRange(first: try .sample(first), last: try .sample(last ?? first))
    }
}

extension SiteConfiguration {
    /// Two call servers, three locations, rules of every kind.
    static func sample() throws -> SiteConfiguration {
        func member(_ host: UInt32) -> MemberConfiguration {
            MemberConfiguration(address: IPAddress(v4: 0xc000_0200 + host), port: 5060, transport: .tcp)
        }
        var main = CallServerConfiguration(
            name: "main", members: [member(10), member(11)], defaultLocation: "hq",
            defaultELIN: try .sample("+13125550100"))
        main.username = "7911"
        main.testUsername = "7933"
        main.testELIN = try .sample("+13125550199")
        main.pool = "downtown"
        main.alertFallback = ["security"]
        main.callerRules = [CallerRule(match: "^\\+?1?312555(\\d{4})$", dn: "$1")]
        var branch = CallServerConfiguration(
            name: "branch", profile: "rfc3680", members: [member(12)], defaultLocation: "hq-2-east",
            defaultELIN: try .sample("+13125550100"))
        branch.username = "7911"
        branch.pool = "downtown"
        branch.alertFallback = ["security"]
        branch.subscription.aors = ["sip:2001@example.com"]
        return SiteConfiguration(
            name: "Example", timeZone: "America/Chicago", defaultCallServer: "main", callServers: [main, branch],
            pools: [
                ELINPoolConfiguration(
                    name: "downtown",
                    numbers: [try .sample("+13125550120", "+13125550139"), try .sample("+13125550110")], ali: .push)
            ],
            locations: [
                LocationConfiguration(
                    id: "hq", name: "Headquarters", address: [.init(name: "RD", value: "Main")],
                    elins: [try .sample("+13125550101"), try .sample("+13125550102")], securityDesk: "1000"),
                LocationConfiguration(
                    id: "hq-2-east", name: "2nd floor east", parent: "hq", elins: [try .sample("+13125550103")]),
                LocationConfiguration(id: "hq-3", name: "3rd floor", parent: "hq", usesPool: true),
            ],
            rules: [
                RuleConfiguration(condition: .deviceMAC(MACAddress(bits: 0x11_2233_4455)), location: "hq-3"),
                RuleConfiguration(condition: .bssid("aa:bb:cc:dd:ee:*"), location: "hq-2-east"),
                RuleConfiguration(condition: .port(switch: "sw-2", port: "Gi1/0/7"), location: "hq-2-east"),
                RuleConfiguration(condition: .prefix(try #require(IPPrefix("10.1.2.0/24"))), location: "hq-2-east"),
                RuleConfiguration(condition: .prefix(try #require(IPPrefix("10.1.0.0/16"))), location: "hq"),
            ],
            recipients: [
                RecipientConfiguration(name: "security", email: "security@example.com", screenPop: true),
                RecipientConfiguration(name: "guard", sms: "+13125550150"),
            ],
            alerts: [
                AlertRuleConfiguration(location: "hq", to: ["security"], channels: ["screen-pop", "email"]),
                AlertRuleConfiguration(to: ["guard"], channels: ["sms"]),
            ])
    }
}
