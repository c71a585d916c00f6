import Alerting
import E911Values
import ELINEngine
import Locations
import SIPCore

/// A site's configuration made ready for answering: trees, tables and compiled patterns. Built once per change.
///
/// What cannot be used is left out and told: an error in site data is refused when it is applied, and never stops a
/// start (contract section 8).
///
/// Nothing of it changes, so it is a class: it is passed on and kept without a copy of its many parts.
final class SiteModel: Sendable {
    /// One call server with its patterns compiled. A class for the same reason.
    final class CallServer: Sendable {
        let configuration: CallServerConfiguration
        let callerRules: [(pattern: Pattern, dn: String)]
        let defaultLocation: LocationID

        init(_ configuration: CallServerConfiguration, callerRules: [(pattern: Pattern, dn: String)]) {
            self.configuration = configuration
            self.callerRules = callerRules
            defaultLocation = LocationID(configuration.defaultLocation)
        }
    }

    /// What the alert of a call says of the place that it came from.
    final class AlertPlace: Sendable {
        /// The location and what contains it, the outermost first.
        let path: [String]
        /// Names of recipients.
        let contacts: [String]
        /// What is known of its address, for people; empty where nobody judges addresses.
        let validation: String

        fileprivate init(_ location: LocationID, _ tree: LocationTree, judgesAddresses: Bool) {
            path = tree.path(of: location).map(\.rawValue)
            contacts = tree.contacts(of: location)
            validation = tree.validation(of: location)?.description ?? (judgesAddresses ? Validation().description : "")
        }
    }

    let configuration: SiteConfiguration
    let tree: LocationTree
    /// Of each location; looked up only.
    private let alertPlaces: [String: AlertPlace]
    /// Of a location that the site does not have.
    private let noAlertPlace: AlertPlace
    let resolver: LocationResolver
    /// What its rules look at; by itself, since to ask the resolver would copy it.
    let usedEvidence: DeviceEvidence.Kinds
    /// Whether ALI records are pushed; asked after each input, so it is by itself.
    let pushesALI: Bool
    /// Never empty.
    let servers: [CallServer]
    /// Index of the default call server.
    let defaultServer: Int
    /// What the registry needs of the site.
    let registry: [RegistryCallServer]
    /// What was left out, and why.
    let problems: [String]

    /// `nil` when there is no call server to answer for.
    init?(_ configuration: SiteConfiguration) {
        guard !configuration.callServers.isEmpty else { return nil }
        var problems: [String] = []
        self.configuration = configuration
        let (tree, treeProblems) = LocationTree.usable(configuration.locations.map { ERL($0) })
        let (resolver, ruleProblems) = LocationResolver.usable(
            tree: tree, rules: configuration.rules.compactMap { LocationRule($0) },
            freshness: configuration.evidenceFreshness.map { .seconds($0) } ?? LocationResolver.usualFreshness,
            offPremises: configuration.offPremises.map { OffPremisesPolicy($0) })
        problems += (treeProblems + ruleProblems).map(\.description)
        self.tree = tree
        self.resolver = resolver
        usedEvidence = resolver.usedEvidence
        pushesALI = configuration.ali?.push != nil
        let judgesAddresses = tree.erls.contains { $0.validation != nil }
        alertPlaces = Dictionary(
            tree.ids.map { ($0.rawValue, AlertPlace($0, tree, judgesAddresses: judgesAddresses)) },
            uniquingKeysWith: { first, _ in first })
        noAlertPlace = AlertPlace(LocationID(""), tree, judgesAddresses: judgesAddresses)
        servers = configuration.callServers.map { server in
            var rules: [(pattern: Pattern, dn: String)] = []
            for rule in server.callerRules {
                do {
                    rules.append((try Pattern(rule.match), rule.dn))
                } catch {
                    problems.append("caller rule '\(rule.match)' of call server '\(server.name)': \(error)")
                }
            }
            return CallServer(server, callerRules: rules)
        }
        var registry: [RegistryCallServer] = []
        for server in configuration.callServers {
            do {
                registry.append(try RegistryCallServer(server))
            } catch {
                // Without its patterns the call server's devices are all tracked: better than none.
                problems.append("call server '\(server.name)': \(error)")
                var plain = server
                plain.filters = FilterChoices()
                plain.userAgentPattern = nil
                if let known = try? RegistryCallServer(plain) { registry.append(known) }
            }
        }
        self.registry = registry
        let named = configuration.callServers.firstIndex { $0.name == configuration.defaultCallServer }
        if named == nil {
            problems.append("there is no call server '\(configuration.defaultCallServer)'; the first one serves")
        }
        defaultServer = named ?? 0
        self.problems = problems
    }

    /// Whose calls are a call server's, as far as it is known where its members are.
    func sources(_ places: MemberPlaces) -> CallSourceTable {
        CallSourceTable(callServers: configuration.callServers, places)
    }

    /// The addresses of call servers that are switched on, and of their proxies.
    func reserved(_ places: MemberPlaces) -> [CallServerSources] {
        configuration.callServers.filter(\.enabled).map { server in
            let members = server.members.flatMap { places.endpoints(of: $0) }
                .compactMap { IPPrefix(address: $0.address, length: $0.address.bitWidth) }
            return CallServerSources(name: server.name, prefixes: members + server.trusted)
        }
    }

    func server(named name: String) -> Int? {
        servers.firstIndex { $0.configuration.name == name }
    }

    func text(of location: LocationID) -> String { tree.text(of: location) }

    func alertPlace(_ location: String) -> AlertPlace { alertPlaces[location] ?? noAlertPlace }

    /// The security desk of a place or of the nearest place around it that has one.
    func securityDesk(of place: String) -> String? {
        let tree = tree
        return tree.path(of: LocationID(place)).reversed().lazy.compactMap { tree[$0]?.securityDesk }.first
    }

    /// What is taken of ``ReminderConfiguration``.
    static let reminderRanges = (every: 30...86_400, times: 0...100, escalateAt: 1...100)

    /// What the alert desk needs of the site.
    func alerts(channels: [AlertChannelKind]) -> AlertConfiguration {
        var policy = AlertPolicy()
        func within(_ value: Int, _ range: ClosedRange<Int>) -> Int {
            min(max(value, range.lowerBound), range.upperBound)
        }
        let ranges = Self.reminderRanges
        if let seconds = configuration.reminders?.every {
            policy.reminderInterval = .seconds(within(seconds, ranges.every))
        }
        if let times = configuration.reminders?.times { policy.reminders = within(times, ranges.times) }
        if let first = configuration.reminders?.escalateAt {
            policy.escalateWithReminder = within(first, ranges.escalateAt)
        }
        return AlertConfiguration(
            recipients: configuration.recipients.filter { $0.members == nil }.map { Recipient($0) },
            groups: configuration.recipients.compactMap { recipient in
                recipient.members.map { RecipientGroup(name: recipient.name, members: $0) }
            },
            subscriptions: configuration.alerts.map { alert in
                AlertSubscription(
                    location: alert.location, callServer: alert.callServer, to: alert.to,
                    channels: alert.channels.compactMap { AlertChannelKind(rawValue: $0) },
                    hours: AlertHours(alert.hours) ?? .always,
                    acknowledgedBy: alert.acknowledge?.rule ?? .one)
            },
            callServers: configuration.callServers.map {
                AlertConfiguration.CallServer(
                    name: $0.name, onsiteNotification: $0.onsiteNotification, fallback: $0.alertFallback,
                    escalation: $0.alertEscalation ?? [])
            },
            channels: channels, policy: policy, texts: alertTexts)
    }

    /// What the site says in its own words.
    var alertTexts: AlertTexts {
        let texts = configuration.alertTexts
        return AlertTexts(
            emailSubject: texts?.emailSubject.map { MessageTemplate($0) },
            emailText: texts?.emailText.map { MessageTemplate($0) }, sms: texts?.sms.map { MessageTemplate($0) })
    }

    /// What the ELIN engine needs of the site.
    var elins: ELINConfiguration {
        ELINConfiguration(
            places: tree.erls.map { erl in
                ELINConfiguration.Place(
                    key: PlaceKey(erl.id.rawValue), elins: erl.elins, usesPool: erl.usesPool,
                    ancestors: tree.ancestors(of: erl.id).map { PlaceKey($0.rawValue) })
            },
            callServers: configuration.callServers.map { server in
                ELINConfiguration.CallServer(
                    name: server.name, defaultELIN: server.defaultELIN, testELIN: server.testELIN,
                    defaultPlace: PlaceKey(server.defaultLocation), timeout: .seconds(server.elinTimeout),
                    pool: server.pool)
            },
            pools: configuration.pools.map { pool in
                ELINConfiguration.Pool(
                    name: pool.name, ranges: pool.numbers.map { .init(first: $0.first, last: $0.last) },
                    publication: pool.ali == .push && ali.push == nil ? .export : pool.ali.publication)
            },
            fixedPublication: ali.pushesFixed && ali.push != nil ? .push : .export)
    }
}

extension Recipient {
    init(_ recipient: RecipientConfiguration) {
        self.init(
            name: recipient.name, email: recipient.email, sms: recipient.sms, webhook: recipient.webhook,
            syslog: recipient.syslog, screenPop: recipient.screenPop)
    }
}

extension AcknowledgementChoice {
    var rule: AcknowledgementRule {
        switch self {
        case .one: .one
        case .all: .all
        }
    }
}

extension ELINPoolConfiguration.Publication {
    var publication: ELINConfiguration.Publication {
        switch self {
        case .push: .push
        case .export: .export
        case .perCall: .perCall
        }
    }
}

extension ERL {
    init(_ location: LocationConfiguration) {
        self.init(
            id: LocationID(location.id), name: location.name, parent: location.parent.map { LocationID($0) },
            address: CivicAddress(
                location.address.compactMap { field in
                    CivicElement(name: field.name).map { ($0, field.value) }
                }),
            elins: location.elins, usesPool: location.usesPool, securityDesk: location.securityDesk,
            contacts: location.contacts, validation: location.validation, isOffPremises: location.isOffPremises)
    }
}

extension LocationRule {
    /// `nil` if the condition cannot be read.
    init?(_ rule: RuleConfiguration) {
        let condition: Condition
        switch rule.condition {
        case .deviceMAC(let mac): condition = .device(.mac(mac))
        case .deviceDN(let number): condition = .device(.number(number))
        case .deviceInstance(let instance): condition = .device(.instance(instance))
        case .bssid(let text):
            guard let pattern = BSSIDPattern(text) else { return nil }
            condition = .bssid(pattern)
        case .port(let name, let port): condition = .port(SwitchPort(switch: name, port: port))
        case .prefix(let prefix): condition = .prefix(prefix)
        }
        self.init(condition, location: LocationID(rule.location))
    }
}
