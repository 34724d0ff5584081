// Made by scripts/generate-envoy.ts from vendor/envoy; do not edit.
import type { Redacted } from '../../base/index.ts';

/** Text; a secret one is revealed by the encoder alone. */
export type Text = string | Redacted<string>;

/** As JSON has it: `0.250s`. */
export type Duration = `${number}s`;

export type Struct = { readonly [key: string]: unknown };

/** A message of any type, with its name. */
export type Any = { [Type in keyof Messages]: { readonly '@type': `type.googleapis.com/${Type}` } & Messages[Type] }[keyof Messages];

/** envoy.config.accesslog.v3.AccessLog */
export interface AccessLog {
  readonly name?: Text;
  readonly typed_config?: Any;
}

/** envoy.config.cluster.v3.CircuitBreakers */
export interface CircuitBreakers {
  readonly thresholds?: readonly CircuitBreakersThresholds[];
  readonly per_host_thresholds?: readonly CircuitBreakersThresholds[];
}

/** envoy.config.cluster.v3.CircuitBreakers.Thresholds */
export interface CircuitBreakersThresholds {
  readonly priority?: 'DEFAULT' | 'HIGH';
  readonly max_connections?: number;
  readonly max_pending_requests?: number;
  readonly max_requests?: number;
  readonly max_retries?: number;
  readonly track_remaining?: boolean;
  readonly max_connection_pools?: number;
  readonly retry_budget?: CircuitBreakersThresholdsRetryBudget;
}

/** envoy.config.cluster.v3.CircuitBreakers.Thresholds.RetryBudget */
export interface CircuitBreakersThresholdsRetryBudget {
  readonly budget_percent?: Percent;
  readonly min_retry_concurrency?: number;
  readonly budget_interval?: Duration;
}

/** envoy.config.cluster.v3.Cluster */
export interface Cluster {
  readonly name?: Text;
  readonly type?: 'STATIC' | 'STRICT_DNS' | 'LOGICAL_DNS' | 'EDS' | 'ORIGINAL_DST';
  readonly eds_cluster_config?: ClusterEdsClusterConfig;
  readonly connect_timeout?: Duration;
  readonly per_connection_buffer_limit_bytes?: number;
  readonly lb_policy?: 'ROUND_ROBIN' | 'LEAST_REQUEST' | 'RING_HASH' | 'RANDOM' | 'MAGLEV' | 'CLUSTER_PROVIDED' | 'LOAD_BALANCING_POLICY_CONFIG';
  readonly circuit_breakers?: CircuitBreakers;
  readonly dns_lookup_family?: 'AUTO' | 'V4_ONLY' | 'V6_ONLY' | 'V4_PREFERRED' | 'ALL';
  readonly outlier_detection?: OutlierDetection;
  readonly cleanup_interval?: Duration;
  readonly ring_hash_lb_config?: ClusterRingHashLbConfig;
  readonly transport_socket?: TransportSocket;
  readonly metadata?: Metadata;
  readonly common_lb_config?: ClusterCommonLbConfig;
  readonly alt_stat_name?: Text;
  readonly close_connections_on_host_health_failure?: boolean;
  readonly ignore_health_on_host_removal?: boolean;
  readonly load_assignment?: ClusterLoadAssignment;
  readonly typed_extension_protocol_options?: { readonly [key: string]: Any };
  readonly least_request_lb_config?: ClusterLeastRequestLbConfig;
  readonly lrs_server?: ConfigSource;
  readonly transport_socket_matches?: readonly ClusterTransportSocketMatch[];
  readonly upstream_config?: TypedExtensionConfig;
  readonly connection_pool_per_downstream_connection?: boolean;
  readonly wait_for_warm_on_init?: boolean;
  readonly typed_dns_resolver_config?: TypedExtensionConfig;
  readonly round_robin_lb_config?: ClusterRoundRobinLbConfig;
  readonly lrs_report_endpoint_metrics?: readonly Text[];
  readonly transport_socket_matcher?: Matcher;
  readonly per_connection_buffer_high_watermark_timeout?: Duration;
}

/** envoy.config.cluster.v3.Cluster.CommonLbConfig */
export interface ClusterCommonLbConfig {
  readonly healthy_panic_threshold?: Percent;
  readonly locality_weighted_lb_config?: ClusterCommonLbConfigLocalityWeightedLbConfig;
  readonly update_merge_window?: Duration;
  readonly ignore_new_hosts_until_first_hc?: boolean;
  readonly close_connections_on_host_set_change?: boolean;
}

/** envoy.config.cluster.v3.Cluster.CommonLbConfig.LocalityWeightedLbConfig */
export type ClusterCommonLbConfigLocalityWeightedLbConfig = { readonly [field: string]: never };

/** envoy.config.cluster.v3.Cluster.EdsClusterConfig */
export interface ClusterEdsClusterConfig {
  readonly eds_config?: ConfigSource;
  readonly service_name?: Text;
}

/** envoy.config.cluster.v3.Cluster.LeastRequestLbConfig */
export interface ClusterLeastRequestLbConfig {
  readonly choice_count?: number;
  readonly slow_start_config?: ClusterSlowStartConfig;
}

/** envoy.config.cluster.v3.Cluster.RefreshRate */
export interface ClusterRefreshRate {
  readonly base_interval?: Duration;
  readonly max_interval?: Duration;
}

/** envoy.config.cluster.v3.Cluster.RingHashLbConfig */
export interface ClusterRingHashLbConfig {
  readonly minimum_ring_size?: number;
  readonly hash_function?: 'XX_HASH' | 'MURMUR_HASH_2';
  readonly maximum_ring_size?: number;
}

/** envoy.config.cluster.v3.Cluster.RoundRobinLbConfig */
export interface ClusterRoundRobinLbConfig {
  readonly slow_start_config?: ClusterSlowStartConfig;
}

/** envoy.config.cluster.v3.Cluster.SlowStartConfig */
export interface ClusterSlowStartConfig {
  readonly slow_start_window?: Duration;
  readonly min_weight_percent?: Percent;
}

/** envoy.config.cluster.v3.Cluster.TransportSocketMatch */
export interface ClusterTransportSocketMatch {
  readonly name?: Text;
  readonly match?: Struct;
  readonly transport_socket?: TransportSocket;
}

/** envoy.config.cluster.v3.OutlierDetection */
export interface OutlierDetection {
  readonly consecutive_5xx?: number;
  readonly interval?: Duration;
  readonly base_ejection_time?: Duration;
  readonly max_ejection_percent?: number;
  readonly enforcing_consecutive_5xx?: number;
  readonly enforcing_success_rate?: number;
  readonly success_rate_minimum_hosts?: number;
  readonly success_rate_request_volume?: number;
  readonly success_rate_stdev_factor?: number;
  readonly consecutive_gateway_failure?: number;
  readonly enforcing_consecutive_gateway_failure?: number;
  readonly split_external_local_origin_errors?: boolean;
  readonly consecutive_local_origin_failure?: number;
  readonly enforcing_consecutive_local_origin_failure?: number;
  readonly enforcing_local_origin_success_rate?: number;
  readonly failure_percentage_threshold?: number;
  readonly enforcing_failure_percentage?: number;
  readonly enforcing_failure_percentage_local_origin?: number;
  readonly failure_percentage_minimum_hosts?: number;
  readonly failure_percentage_request_volume?: number;
  readonly max_ejection_time?: Duration;
  readonly max_ejection_time_jitter?: Duration;
  readonly successful_active_health_check_uneject_host?: boolean;
  readonly monitors?: readonly TypedExtensionConfig[];
  readonly always_eject_one_host?: boolean;
  readonly detect_degraded_hosts?: boolean;
}

/** envoy.config.common.mutation_rules.v3.HeaderMutation */
export interface HeaderMutation {
  readonly remove?: Text;
  readonly append?: HeaderValueOption;
}

/** envoy.config.common.mutation_rules.v3.HeaderMutationRules */
export interface HeaderMutationRules {
  readonly allow_all_routing?: boolean;
  readonly allow_envoy?: boolean;
  readonly disallow_system?: boolean;
  readonly disallow_all?: boolean;
  readonly allow_expression?: RegexMatcher;
  readonly disallow_expression?: RegexMatcher;
  readonly disallow_is_error?: boolean;
}

/** envoy.config.core.v3.Address */
export interface Address {
  readonly socket_address?: SocketAddress;
  readonly envoy_internal_address?: EnvoyInternalAddress;
}

/** envoy.config.core.v3.AggregatedConfigSource */
export type AggregatedConfigSource = { readonly [field: string]: never };

/** envoy.config.core.v3.BackoffStrategy */
export interface BackoffStrategy {
  readonly base_interval?: Duration;
  readonly max_interval?: Duration;
}

/** envoy.config.core.v3.CidrRange */
export interface CidrRange {
  readonly address_prefix?: Text;
  readonly prefix_len?: number;
}

/** envoy.config.core.v3.ConfigSource */
export interface ConfigSource {
  readonly ads?: AggregatedConfigSource;
  readonly initial_fetch_timeout?: Duration;
  readonly self?: SelfConfigSource;
  readonly resource_api_version?: 'AUTO' | 'V2' | 'V3';
  readonly path_config_source?: PathConfigSource;
}

/** envoy.config.core.v3.DataSource */
export interface DataSource {
  readonly filename?: Text;
  readonly inline_bytes?: Text;
  readonly inline_string?: Text;
  readonly environment_variable?: Text;
}

/** envoy.config.core.v3.EnvoyInternalAddress */
export interface EnvoyInternalAddress {
  readonly server_listener_name?: Text;
  readonly endpoint_id?: Text;
}

/** envoy.config.core.v3.GrpcService */
export interface GrpcService {
  readonly envoy_grpc?: GrpcServiceEnvoyGrpc;
  readonly timeout?: Duration;
  readonly initial_metadata?: readonly HeaderValue[];
}

/** envoy.config.core.v3.GrpcService.EnvoyGrpc */
export interface GrpcServiceEnvoyGrpc {
  readonly cluster_name?: Text;
  readonly authority?: Text;
  readonly max_receive_message_length?: number;
  readonly skip_envoy_headers?: boolean;
}

/** envoy.config.core.v3.HeaderMap */
export interface HeaderMap {
  readonly headers?: readonly HeaderValue[];
}

/** envoy.config.core.v3.HeaderValue */
export interface HeaderValue {
  readonly key?: Text;
  readonly value?: Text;
  readonly raw_value?: Text;
}

/** envoy.config.core.v3.HeaderValueOption */
export interface HeaderValueOption {
  readonly header?: HeaderValue;
  readonly append_action?: 'APPEND_IF_EXISTS_OR_ADD' | 'ADD_IF_ABSENT' | 'OVERWRITE_IF_EXISTS_OR_ADD' | 'OVERWRITE_IF_EXISTS';
  readonly keep_empty_value?: boolean;
}

/** envoy.config.core.v3.Http1ProtocolOptions */
export interface Http1ProtocolOptions {
  readonly allow_absolute_url?: boolean;
  readonly accept_http_10?: boolean;
  readonly default_host_for_http_10?: Text;
  readonly header_key_format?: Http1ProtocolOptionsHeaderKeyFormat;
  readonly enable_trailers?: boolean;
  readonly allow_chunked_length?: boolean;
  readonly override_stream_error_on_invalid_http_message?: boolean;
  readonly send_fully_qualified_url?: boolean;
  readonly allow_custom_methods?: boolean;
  readonly ignore_http_11_upgrade?: readonly StringMatcher[];
}

/** envoy.config.core.v3.Http1ProtocolOptions.HeaderKeyFormat */
export interface Http1ProtocolOptionsHeaderKeyFormat {
  readonly stateful_formatter?: TypedExtensionConfig;
}

/** envoy.config.core.v3.Http2ProtocolOptions */
export interface Http2ProtocolOptions {
  readonly hpack_table_size?: number;
  readonly max_concurrent_streams?: number;
  readonly initial_stream_window_size?: number;
  readonly initial_connection_window_size?: number;
  readonly allow_connect?: boolean;
  readonly allow_metadata?: boolean;
  readonly max_outbound_frames?: number;
  readonly max_outbound_control_frames?: number;
  readonly max_consecutive_inbound_frames_with_empty_payload?: number;
  readonly max_inbound_priority_frames_per_stream?: number;
  readonly max_inbound_window_update_frames_per_data_frame_sent?: number;
  readonly override_stream_error_on_invalid_http_message?: boolean;
  readonly use_oghttp2_codec?: boolean;
  readonly max_metadata_size?: number;
  readonly enable_huffman_encoding?: boolean;
  readonly max_header_field_size_kb?: number;
  readonly disallow_obs_text?: boolean;
  readonly stream_reset_burst?: number;
  readonly stream_reset_rate?: number;
}

/** envoy.config.core.v3.HttpProtocolOptions */
export interface HttpProtocolOptions {
  readonly idle_timeout?: Duration;
  readonly max_headers_count?: number;
  readonly max_connection_duration?: Duration;
  readonly max_stream_duration?: Duration;
  readonly headers_with_underscores_action?: 'ALLOW' | 'REJECT_REQUEST' | 'DROP_HEADER';
  readonly max_requests_per_connection?: number;
  readonly max_response_headers_kb?: number;
  readonly max_connection_duration_jitter?: Percent;
}

/** envoy.config.core.v3.HttpService */
export interface TracingHttpService {
  readonly http_uri?: HttpUri;
  readonly request_headers_to_add?: readonly HeaderValueOption[];
  readonly formatters?: readonly TypedExtensionConfig[];
}

/** envoy.config.core.v3.HttpUri */
export interface HttpUri {
  readonly uri?: Text;
  readonly cluster?: Text;
  readonly timeout?: Duration;
}

/** envoy.config.core.v3.Locality */
export interface Locality {
  readonly region?: Text;
  readonly zone?: Text;
  readonly sub_zone?: Text;
}

/** envoy.config.core.v3.Metadata */
export interface Metadata {
  readonly filter_metadata?: { readonly [key: string]: Struct };
  readonly typed_filter_metadata?: { readonly [key: string]: Any };
}

/** envoy.config.core.v3.PathConfigSource */
export interface PathConfigSource {
  readonly path?: Text;
  readonly poll_interval?: Duration;
}

/** envoy.config.core.v3.ProxyProtocolConfig */
export interface ProxyProtocolConfig {
  readonly version?: 'V1' | 'V2';
}

/** envoy.config.core.v3.RuntimeFeatureFlag */
export interface RuntimeFeatureFlag {
  readonly default_value?: boolean;
  readonly runtime_key?: Text;
}

/** envoy.config.core.v3.RuntimeFractionalPercent */
export interface RuntimeFractionalPercent {
  readonly default_value?: FractionalPercent;
  readonly runtime_key?: Text;
}

/** envoy.config.core.v3.SelfConfigSource */
export interface SelfConfigSource {
  readonly transport_api_version?: 'AUTO' | 'V2' | 'V3';
}

/** envoy.config.core.v3.SocketAddress */
export interface SocketAddress {
  readonly protocol?: 'TCP' | 'UDP';
  readonly address?: Text;
  readonly port_value?: number;
  readonly named_port?: Text;
  readonly resolver_name?: Text;
  readonly ipv4_compat?: boolean;
  readonly network_namespace_filepath?: Text;
}

/** envoy.config.core.v3.SubstitutionFormatString */
export interface SubstitutionFormatString {
  readonly json_format?: Struct;
  readonly omit_empty_values?: boolean;
  readonly content_type?: Text;
  readonly text_format_source?: DataSource;
  readonly formatters?: readonly TypedExtensionConfig[];
}

/** envoy.config.core.v3.TransportSocket */
export interface TransportSocket {
  readonly name?: Text;
  readonly typed_config?: Any;
}

/** envoy.config.core.v3.TypedExtensionConfig */
export interface TypedExtensionConfig {
  readonly name?: Text;
  readonly typed_config?: Any;
}

/** envoy.config.core.v3.UpstreamHttpProtocolOptions */
export interface UpstreamHttpProtocolOptions {
  readonly auto_sni?: boolean;
  readonly auto_san_validation?: boolean;
  readonly override_auto_sni_header?: Text;
}

/** envoy.config.endpoint.v3.ClusterLoadAssignment */
export interface ClusterLoadAssignment {
  readonly cluster_name?: Text;
  readonly endpoints?: readonly LocalityLbEndpoints[];
  readonly policy?: ClusterLoadAssignmentPolicy;
  readonly named_endpoints?: { readonly [key: string]: Endpoint };
}

/** envoy.config.endpoint.v3.ClusterLoadAssignment.Policy */
export interface ClusterLoadAssignmentPolicy {
  readonly overprovisioning_factor?: number;
  readonly endpoint_stale_after?: Duration;
  readonly weighted_priority_health?: boolean;
}

/** envoy.config.endpoint.v3.Endpoint */
export interface Endpoint {
  readonly address?: Address;
  readonly hostname?: Text;
  readonly observability_name?: Text;
}

/** envoy.config.endpoint.v3.LbEndpoint */
export interface LbEndpoint {
  readonly endpoint?: Endpoint;
  readonly health_status?: 'UNKNOWN' | 'HEALTHY' | 'UNHEALTHY' | 'DRAINING' | 'TIMEOUT' | 'DEGRADED';
  readonly metadata?: Metadata;
  readonly load_balancing_weight?: number;
  readonly endpoint_name?: Text;
}

/** envoy.config.endpoint.v3.LocalityLbEndpoints */
export interface LocalityLbEndpoints {
  readonly locality?: Locality;
  readonly lb_endpoints?: readonly LbEndpoint[];
  readonly load_balancing_weight?: number;
  readonly priority?: number;
  readonly proximity?: number;
  readonly metadata?: Metadata;
}

/** envoy.config.listener.v3.Filter */
export interface Filter {
  readonly name?: Text;
  readonly typed_config?: Any;
}

/** envoy.config.listener.v3.FilterChain */
export interface FilterChain {
  readonly filter_chain_match?: FilterChainMatch;
  readonly filters?: readonly Filter[];
  readonly metadata?: Metadata;
  readonly transport_socket?: TransportSocket;
  readonly name?: Text;
  readonly transport_socket_connect_timeout?: Duration;
}

/** envoy.config.listener.v3.FilterChainMatch */
export interface FilterChainMatch {
  readonly prefix_ranges?: readonly CidrRange[];
  readonly address_suffix?: Text;
  readonly suffix_len?: number;
  readonly source_prefix_ranges?: readonly CidrRange[];
  readonly source_ports?: readonly number[];
  readonly destination_port?: number;
  readonly transport_protocol?: Text;
  readonly application_protocols?: readonly Text[];
  readonly server_names?: readonly Text[];
  readonly source_type?: 'ANY' | 'SAME_IP_OR_LOOPBACK' | 'EXTERNAL';
  readonly direct_source_prefix_ranges?: readonly CidrRange[];
}

/** envoy.config.listener.v3.Listener */
export interface Listener {
  readonly name?: Text;
  readonly address?: Address;
  readonly filter_chains?: readonly FilterChain[];
  readonly use_original_dst?: boolean;
  readonly per_connection_buffer_limit_bytes?: number;
  readonly metadata?: Metadata;
  readonly drain_type?: 'DEFAULT' | 'MODIFY_ONLY';
  readonly listener_filters?: readonly ListenerFilter[];
  readonly transparent?: boolean;
  readonly freebind?: boolean;
  readonly tcp_fast_open_queue_length?: number;
  readonly listener_filters_timeout?: Duration;
  readonly traffic_direction?: 'UNSPECIFIED' | 'INBOUND' | 'OUTBOUND';
  readonly continue_on_listener_filters_timeout?: boolean;
  readonly udp_listener_config?: UdpListenerConfig;
  readonly access_log?: readonly AccessLog[];
  readonly tcp_backlog_size?: number;
  readonly default_filter_chain?: FilterChain;
  readonly bind_to_port?: boolean;
  readonly internal_listener?: ListenerInternalListenerConfig;
  readonly stat_prefix?: Text;
  readonly enable_reuse_port?: boolean;
  readonly enable_mptcp?: boolean;
  readonly ignore_global_conn_limit?: boolean;
  readonly filter_chain_matcher?: Matcher;
  readonly max_connections_to_accept_per_socket_event?: number;
  readonly bypass_overload_manager?: boolean;
  readonly per_connection_buffer_high_watermark_timeout?: Duration;
}

/** envoy.config.listener.v3.Listener.InternalListenerConfig */
export type ListenerInternalListenerConfig = { readonly [field: string]: never };

/** envoy.config.listener.v3.ListenerFilter */
export interface ListenerFilter {
  readonly name?: Text;
  readonly typed_config?: Any;
}

/** envoy.config.listener.v3.UdpListenerConfig */
export interface UdpListenerConfig {
  readonly udp_packet_packet_writer_config?: TypedExtensionConfig;
}

/** envoy.config.route.v3.DirectResponseAction */
export interface DirectResponseAction {
  readonly status?: number;
  readonly body?: DataSource;
  readonly body_format?: SubstitutionFormatString;
}

/** envoy.config.route.v3.FilterConfig */
export interface FilterConfig {
  readonly config?: Any;
  readonly is_optional?: boolean;
  readonly disabled?: boolean;
}

/** envoy.config.route.v3.HeaderMatcher */
export interface HeaderMatcher {
  readonly name?: Text;
  readonly range_match?: Int64Range;
  readonly present_match?: boolean;
  readonly invert_match?: boolean;
  readonly string_match?: StringMatcher;
  readonly treat_missing_header_as_empty?: boolean;
}

/** envoy.config.route.v3.QueryParameterMatcher */
export interface QueryParameterMatcher {
  readonly name?: Text;
  readonly string_match?: StringMatcher;
  readonly present_match?: boolean;
}

/** envoy.config.route.v3.RedirectAction */
export interface RedirectAction {
  readonly host_redirect?: Text;
  readonly path_redirect?: Text;
  readonly response_code?: 'MOVED_PERMANENTLY' | 'FOUND' | 'SEE_OTHER' | 'TEMPORARY_REDIRECT' | 'PERMANENT_REDIRECT';
  readonly https_redirect?: boolean;
  readonly prefix_rewrite?: Text;
  readonly strip_query?: boolean;
  readonly scheme_redirect?: Text;
  readonly port_redirect?: number;
  readonly regex_rewrite?: RegexMatchAndSubstitute;
  readonly path_rewrite?: Text;
}

/** envoy.config.route.v3.RetryPolicy */
export interface RetryPolicy {
  readonly retry_on?: Text;
  readonly num_retries?: number;
  readonly per_try_timeout?: Duration;
  readonly retry_host_predicate?: readonly RetryPolicyRetryHostPredicate[];
  readonly host_selection_retry_max_attempts?: number;
  readonly retriable_status_codes?: readonly number[];
  readonly retry_back_off?: RetryPolicyRetryBackOff;
  readonly retriable_headers?: readonly HeaderMatcher[];
  readonly retriable_request_headers?: readonly HeaderMatcher[];
  readonly retry_options_predicates?: readonly TypedExtensionConfig[];
  readonly per_try_idle_timeout?: Duration;
  readonly refresh_cluster_on_retry?: boolean;
}

/** envoy.config.route.v3.RetryPolicy.RetryBackOff */
export interface RetryPolicyRetryBackOff {
  readonly base_interval?: Duration;
  readonly max_interval?: Duration;
}

/** envoy.config.route.v3.RetryPolicy.RetryHostPredicate */
export interface RetryPolicyRetryHostPredicate {
  readonly name?: Text;
  readonly typed_config?: Any;
}

/** envoy.config.route.v3.Route */
export interface Route {
  readonly match?: RouteMatch;
  readonly route?: RouteAction;
  readonly redirect?: RedirectAction;
  readonly metadata?: Metadata;
  readonly direct_response?: DirectResponseAction;
  readonly request_headers_to_add?: readonly HeaderValueOption[];
  readonly response_headers_to_add?: readonly HeaderValueOption[];
  readonly response_headers_to_remove?: readonly Text[];
  readonly request_headers_to_remove?: readonly Text[];
  readonly typed_per_filter_config?: { readonly [key: string]: Any };
  readonly name?: Text;
  readonly tracing?: RouteTracing;
  readonly stat_prefix?: Text;
  readonly request_body_buffer_limit?: number;
  readonly route_specifiers?: readonly TypedExtensionConfig[];
}

/** envoy.config.route.v3.RouteAction */
export interface RouteAction {
  readonly cluster?: Text;
  readonly cluster_header?: Text;
  readonly weighted_clusters?: WeightedCluster;
  readonly metadata_match?: Metadata;
  readonly prefix_rewrite?: Text;
  readonly host_rewrite_literal?: Text;
  readonly auto_host_rewrite?: boolean;
  readonly timeout?: Duration;
  readonly retry_policy?: RetryPolicy;
  readonly priority?: 'DEFAULT' | 'HIGH';
  readonly hash_policy?: readonly RouteActionHashPolicy[];
  readonly cluster_not_found_response_code?: 'SERVICE_UNAVAILABLE' | 'NOT_FOUND' | 'INTERNAL_SERVER_ERROR';
  readonly idle_timeout?: Duration;
  readonly upgrade_configs?: readonly RouteUpgradeConfig[];
  readonly host_rewrite_header?: Text;
  readonly request_mirror_policies?: readonly RouteActionRequestMirrorPolicy[];
  readonly regex_rewrite?: RegexMatchAndSubstitute;
  readonly retry_policy_typed_config?: Any;
  readonly host_rewrite_path_regex?: RegexMatchAndSubstitute;
  readonly cluster_specifier_plugin?: Text;
  readonly append_x_forwarded_host?: boolean;
  readonly early_data_policy?: TypedExtensionConfig;
  readonly path_rewrite_policy?: TypedExtensionConfig;
  readonly flush_timeout?: Duration;
  readonly host_rewrite?: Text;
  readonly path_rewrite?: Text;
}

/** envoy.config.route.v3.RouteAction.HashPolicy */
export interface RouteActionHashPolicy {
  readonly header?: RouteActionHashPolicyHeader;
  readonly cookie?: RouteActionHashPolicyCookie;
  readonly connection_properties?: RouteActionHashPolicyConnectionProperties;
  readonly terminal?: boolean;
}

/** envoy.config.route.v3.RouteAction.HashPolicy.ConnectionProperties */
export interface RouteActionHashPolicyConnectionProperties {
  readonly source_ip?: boolean;
}

/** envoy.config.route.v3.RouteAction.HashPolicy.Cookie */
export interface RouteActionHashPolicyCookie {
  readonly name?: Text;
  readonly ttl?: Duration;
  readonly path?: Text;
}

/** envoy.config.route.v3.RouteAction.HashPolicy.Header */
export interface RouteActionHashPolicyHeader {
  readonly header_name?: Text;
  readonly regex_rewrite?: RegexMatchAndSubstitute;
}

/** envoy.config.route.v3.RouteAction.RequestMirrorPolicy */
export interface RouteActionRequestMirrorPolicy {
  readonly cluster?: Text;
  readonly runtime_fraction?: RuntimeFractionalPercent;
  readonly trace_sampled?: boolean;
  readonly cluster_header?: Text;
  readonly disable_shadow_host_suffix_append?: boolean;
  readonly request_headers_mutations?: readonly HeaderMutation[];
  readonly host_rewrite_literal?: Text;
}

/** envoy.config.route.v3.RouteAction.UpgradeConfig */
export interface RouteUpgradeConfig {
  readonly upgrade_type?: Text;
  readonly enabled?: boolean;
}

/** envoy.config.route.v3.RouteConfiguration */
export interface RouteConfiguration {
  readonly name?: Text;
  readonly virtual_hosts?: readonly VirtualHost[];
  readonly internal_only_headers?: readonly Text[];
  readonly response_headers_to_add?: readonly HeaderValueOption[];
  readonly response_headers_to_remove?: readonly Text[];
  readonly request_headers_to_add?: readonly HeaderValueOption[];
  readonly validate_clusters?: boolean;
  readonly request_headers_to_remove?: readonly Text[];
  readonly most_specific_header_mutations_wins?: boolean;
  readonly max_direct_response_body_size_bytes?: number;
  readonly request_mirror_policies?: readonly RouteActionRequestMirrorPolicy[];
  readonly ignore_port_in_host_matching?: boolean;
  readonly ignore_path_parameters_in_path_matching?: boolean;
  readonly typed_per_filter_config?: { readonly [key: string]: Any };
  readonly metadata?: Metadata;
  readonly vhost_header?: Text;
  readonly route_specifiers?: readonly TypedExtensionConfig[];
}

/** envoy.config.route.v3.RouteMatch */
export interface RouteMatch {
  readonly prefix?: Text;
  readonly path?: Text;
  readonly case_sensitive?: boolean;
  readonly headers?: readonly HeaderMatcher[];
  readonly query_parameters?: readonly QueryParameterMatcher[];
  readonly runtime_fraction?: RuntimeFractionalPercent;
  readonly safe_regex?: RegexMatcher;
  readonly path_separated_prefix?: Text;
  readonly path_match_policy?: TypedExtensionConfig;
}

/** envoy.config.route.v3.Tracing */
export interface RouteTracing {
  readonly client_sampling?: FractionalPercent;
  readonly random_sampling?: FractionalPercent;
  readonly overall_sampling?: FractionalPercent;
  readonly custom_tags?: readonly CustomTag[];
  readonly operation?: Text;
  readonly upstream_operation?: Text;
}

/** envoy.config.route.v3.VirtualHost */
export interface VirtualHost {
  readonly name?: Text;
  readonly domains?: readonly Text[];
  readonly routes?: readonly Route[];
  readonly require_tls?: 'NONE' | 'EXTERNAL_ONLY' | 'ALL';
  readonly request_headers_to_add?: readonly HeaderValueOption[];
  readonly response_headers_to_add?: readonly HeaderValueOption[];
  readonly response_headers_to_remove?: readonly Text[];
  readonly request_headers_to_remove?: readonly Text[];
  readonly include_request_attempt_count?: boolean;
  readonly typed_per_filter_config?: { readonly [key: string]: Any };
  readonly retry_policy?: RetryPolicy;
  readonly include_attempt_count_in_response?: boolean;
  readonly retry_policy_typed_config?: Any;
  readonly matcher?: Matcher;
  readonly request_mirror_policies?: readonly RouteActionRequestMirrorPolicy[];
  readonly include_is_timeout_retry_header?: boolean;
  readonly metadata?: Metadata;
  readonly request_body_buffer_limit?: number;
  readonly route_specifiers?: readonly TypedExtensionConfig[];
}

/** envoy.config.route.v3.WeightedCluster */
export interface WeightedCluster {
  readonly clusters?: readonly WeightedClusterClusterWeight[];
  readonly runtime_key_prefix?: Text;
  readonly header_name?: Text;
  readonly use_hash_policy?: boolean;
}

/** envoy.config.route.v3.WeightedCluster.ClusterWeight */
export interface WeightedClusterClusterWeight {
  readonly name?: Text;
  readonly weight?: number;
  readonly metadata_match?: Metadata;
  readonly request_headers_to_add?: readonly HeaderValueOption[];
  readonly response_headers_to_add?: readonly HeaderValueOption[];
  readonly response_headers_to_remove?: readonly Text[];
  readonly request_headers_to_remove?: readonly Text[];
  readonly typed_per_filter_config?: { readonly [key: string]: Any };
  readonly host_rewrite_literal?: Text;
  readonly cluster_header?: Text;
}

/** envoy.config.trace.v3.OpenTelemetryConfig */
export interface OpenTelemetryConfig {
  readonly grpc_service?: GrpcService;
  readonly service_name?: Text;
  readonly http_service?: TracingHttpService;
  readonly resource_detectors?: readonly TypedExtensionConfig[];
  readonly sampler?: TypedExtensionConfig;
  readonly max_cache_size?: number;
  readonly set_telemetry_sdk_resource_attributes?: boolean;
  readonly set_service_name_resource_attribute?: boolean;
  readonly set_instrumentation_scope?: boolean;
  readonly exporter?: TypedExtensionConfig;
}

/** envoy.config.trace.v3.Tracing.Http */
export interface TracingProvider {
  readonly name?: Text;
  readonly typed_config?: Any;
}

/** envoy.extensions.access_loggers.stats.v3.Config */
export interface StatsAccessLog {
  readonly histograms?: readonly StatsAccessLogHistogram[];
  readonly counters?: readonly StatsAccessLogCounter[];
  readonly stats_scope?: StatsScope;
}

/** envoy.extensions.access_loggers.stats.v3.Config.Counter */
export interface StatsAccessLogCounter {
  readonly stat?: StatsAccessLogStat;
  readonly value_format?: Text;
  readonly value_fixed?: number;
}

/** envoy.extensions.access_loggers.stats.v3.Config.Histogram */
export interface StatsAccessLogHistogram {
  readonly stat?: StatsAccessLogStat;
  readonly unit?: 'Unspecified' | 'Bytes' | 'Microseconds' | 'Milliseconds' | 'Percent';
  readonly value_format?: Text;
}

/** envoy.extensions.access_loggers.stats.v3.Config.Stat */
export interface StatsAccessLogStat {
  readonly name?: Text;
  readonly tags?: readonly StatsAccessLogTag[];
}

/** envoy.extensions.access_loggers.stats.v3.Config.Tag */
export interface StatsAccessLogTag {
  readonly name?: Text;
  readonly value_format?: Text;
  readonly rules?: Matcher;
}

/** envoy.extensions.access_loggers.stream.v3.StdoutAccessLog */
export interface StdoutAccessLog {
  readonly log_format?: SubstitutionFormatString;
}

/** envoy.extensions.filters.http.cors.v3.Cors */
export type Cors = { readonly [field: string]: never };

/** envoy.extensions.filters.http.cors.v3.CorsPolicy */
export interface CorsPolicy {
  readonly allow_origin_string_match?: readonly StringMatcher[];
  readonly allow_methods?: Text;
  readonly allow_headers?: Text;
  readonly expose_headers?: Text;
  readonly max_age?: Text;
  readonly allow_credentials?: boolean;
  readonly filter_enabled?: RuntimeFractionalPercent;
  readonly shadow_enabled?: RuntimeFractionalPercent;
  readonly allow_private_network_access?: boolean;
  readonly forward_not_matching_preflights?: boolean;
}

/** envoy.extensions.filters.http.ext_authz.v3.AuthorizationRequest */
export interface AuthorizationRequest {
  readonly headers_to_add?: readonly HeaderValue[];
}

/** envoy.extensions.filters.http.ext_authz.v3.AuthorizationResponse */
export interface AuthorizationResponse {
  readonly allowed_upstream_headers?: ListStringMatcher;
  readonly allowed_client_headers?: ListStringMatcher;
  readonly allowed_upstream_headers_to_append?: ListStringMatcher;
  readonly allowed_client_headers_on_success?: ListStringMatcher;
  readonly dynamic_metadata_from_headers?: ListStringMatcher;
}

/** envoy.extensions.filters.http.ext_authz.v3.BufferSettings */
export interface BufferSettings {
  readonly max_request_bytes?: number;
  readonly allow_partial_message?: boolean;
  readonly pack_as_bytes?: boolean;
}

/** envoy.extensions.filters.http.ext_authz.v3.ExtAuthz */
export interface ExtAuthz {
  readonly grpc_service?: GrpcService;
  readonly failure_mode_allow?: boolean;
  readonly http_service?: AuthHttpService;
  readonly with_request_body?: BufferSettings;
  readonly clear_route_cache?: boolean;
  readonly status_on_error?: HttpStatus;
  readonly metadata_context_namespaces?: readonly Text[];
  readonly filter_enabled?: RuntimeFractionalPercent;
  readonly include_peer_certificate?: boolean;
  readonly deny_at_disable?: RuntimeFeatureFlag;
  readonly transport_api_version?: 'AUTO' | 'V2' | 'V3';
  readonly stat_prefix?: Text;
  readonly bootstrap_metadata_labels_key?: Text;
  readonly typed_metadata_context_namespaces?: readonly Text[];
  readonly allowed_headers?: ListStringMatcher;
  readonly include_tls_session?: boolean;
  readonly failure_mode_allow_header_add?: boolean;
  readonly charge_cluster_response_stats?: boolean;
  readonly route_metadata_context_namespaces?: readonly Text[];
  readonly route_typed_metadata_context_namespaces?: readonly Text[];
  readonly encode_raw_headers?: boolean;
  readonly validate_mutations?: boolean;
  readonly disallowed_headers?: ListStringMatcher;
  readonly decoder_header_mutation_rules?: HeaderMutationRules;
  readonly enable_dynamic_metadata_ingestion?: boolean;
  readonly filter_metadata?: Struct;
  readonly emit_filter_state_stats?: boolean;
  readonly max_denied_response_body_bytes?: number;
  readonly enforce_response_header_limits?: boolean;
  readonly shadow_mode?: boolean;
  readonly emit_client_span?: boolean;
}

/** envoy.extensions.filters.http.ext_authz.v3.HttpService */
export interface AuthHttpService {
  readonly server_uri?: HttpUri;
  readonly path_prefix?: Text;
  readonly authorization_request?: AuthorizationRequest;
  readonly authorization_response?: AuthorizationResponse;
  readonly path_override?: Text;
}

/** envoy.extensions.filters.http.fault.v3.FaultAbort */
export interface FaultAbort {
  readonly http_status?: number;
  readonly percentage?: FractionalPercent;
  readonly grpc_status?: number;
  readonly response_body?: Text;
}

/** envoy.extensions.filters.http.fault.v3.HTTPFault */
export interface HTTPFault {
  readonly abort?: FaultAbort;
  readonly upstream_cluster?: Text;
  readonly headers?: readonly HeaderMatcher[];
  readonly downstream_nodes?: readonly Text[];
  readonly max_active_faults?: number;
  readonly delay_percent_runtime?: Text;
  readonly abort_percent_runtime?: Text;
  readonly delay_duration_runtime?: Text;
  readonly abort_http_status_runtime?: Text;
  readonly max_active_faults_runtime?: Text;
  readonly response_rate_limit_percent_runtime?: Text;
  readonly abort_grpc_status_runtime?: Text;
  readonly disable_downstream_cluster_stats?: boolean;
  readonly filter_metadata?: Struct;
}

/** envoy.extensions.filters.http.filter_chain.v3.FilterChain */
export interface HttpFilterChain {
  readonly filters?: readonly TypedExtensionConfig[];
}

/** envoy.extensions.filters.http.filter_chain.v3.FilterChainConfig */
export interface FilterChainConfig {
  readonly default_filter_chain?: HttpFilterChain;
}

/** envoy.extensions.filters.http.filter_chain.v3.FilterChainConfigPerRoute */
export interface FilterChainConfigPerRoute {
  readonly filter_chain?: HttpFilterChain;
}

/** envoy.extensions.filters.http.header_mutation.v3.HeaderMutation */
export interface HeaderMutationFilter {
  readonly mutations?: Mutations;
  readonly most_specific_header_mutations_wins?: boolean;
}

/** envoy.extensions.filters.http.header_mutation.v3.HeaderMutationPerRoute */
export interface HeaderMutationPerRoute {
  readonly mutations?: Mutations;
}

/** envoy.extensions.filters.http.header_mutation.v3.Mutations */
export interface Mutations {
  readonly request_mutations?: readonly HeaderMutation[];
  readonly response_mutations?: readonly HeaderMutation[];
  readonly response_trailers_mutations?: readonly HeaderMutation[];
  readonly request_trailers_mutations?: readonly HeaderMutation[];
}

/** envoy.extensions.filters.http.lua.v3.Lua */
export interface Lua {
  readonly source_codes?: { readonly [key: string]: DataSource };
  readonly default_source_code?: DataSource;
  readonly stat_prefix?: Text;
  readonly clear_route_cache?: boolean;
  readonly filter_context?: Struct;
  readonly package_paths?: readonly Text[];
  readonly package_cpaths?: readonly Text[];
}

/** envoy.extensions.filters.http.lua.v3.LuaPerRoute */
export interface LuaPerRoute {
  readonly disabled?: boolean;
  readonly name?: Text;
  readonly source_code?: DataSource;
  readonly filter_context?: Struct;
  readonly package_paths?: readonly Text[];
  readonly package_cpaths?: readonly Text[];
}

/** envoy.extensions.filters.http.router.v3.Router */
export interface Router {
  readonly dynamic_stats?: boolean;
  readonly upstream_log?: readonly AccessLog[];
  readonly suppress_envoy_headers?: boolean;
  readonly strict_check_headers?: readonly Text[];
  readonly respect_expected_rq_timeout?: boolean;
  readonly suppress_grpc_request_failure_code_stats?: boolean;
  readonly upstream_http_filters?: readonly HttpFilter[];
  readonly reject_connect_request_early_data?: boolean;
}

/** envoy.extensions.filters.http.stateful_session.v3.StatefulSession */
export interface StatefulSession {
  readonly session_state?: TypedExtensionConfig;
  readonly strict?: boolean;
  readonly stat_prefix?: Text;
  readonly status_on_strict_destination_not_found?: number;
}

/** envoy.extensions.filters.http.stateful_session.v3.StatefulSessionPerRoute */
export interface StatefulSessionPerRoute {
  readonly disabled?: boolean;
  readonly stateful_session?: StatefulSession;
}

/** envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector */
export interface TlsInspector {
  readonly enable_ja3_fingerprinting?: boolean;
  readonly initial_read_buffer_size?: number;
  readonly enable_ja4_fingerprinting?: boolean;
  readonly close_connection_on_client_hello_parsing_errors?: boolean;
  readonly max_client_hello_size?: number;
}

/** envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager */
export interface HttpConnectionManager {
  readonly codec_type?: 'AUTO' | 'HTTP1' | 'HTTP2' | 'HTTP3';
  readonly stat_prefix?: Text;
  readonly rds?: Rds;
  readonly route_config?: RouteConfiguration;
  readonly http_filters?: readonly HttpFilter[];
  readonly add_user_agent?: boolean;
  readonly tracing?: ManagerTracing;
  readonly http_protocol_options?: Http1ProtocolOptions;
  readonly http2_protocol_options?: Http2ProtocolOptions;
  readonly server_name?: Text;
  readonly drain_timeout?: Duration;
  readonly access_log?: readonly AccessLog[];
  readonly use_remote_address?: boolean;
  readonly generate_request_id?: boolean;
  readonly forward_client_cert_details?: 'SANITIZE' | 'FORWARD_ONLY' | 'APPEND_FORWARD' | 'SANITIZE_SET' | 'ALWAYS_FORWARD_ONLY';
  readonly proxy_100_continue?: boolean;
  readonly xff_num_trusted_hops?: number;
  readonly represent_ipv4_remote_address_as_ipv4_mapped_ipv6?: boolean;
  readonly skip_xff_append?: boolean;
  readonly via?: Text;
  readonly upgrade_configs?: readonly HttpConnectionManagerUpgradeConfig[];
  readonly stream_idle_timeout?: Duration;
  readonly delayed_close_timeout?: Duration;
  readonly request_timeout?: Duration;
  readonly max_request_headers_kb?: number;
  readonly normalize_path?: boolean;
  readonly preserve_external_request_id?: boolean;
  readonly merge_slashes?: boolean;
  readonly server_header_transformation?: 'OVERWRITE' | 'APPEND_IF_ABSENT' | 'PASS_THROUGH';
  readonly common_http_protocol_options?: HttpProtocolOptions;
  readonly always_set_request_id_in_response?: boolean;
  readonly local_reply_config?: LocalReplyConfig;
  readonly strip_matching_host_port?: boolean;
  readonly stream_error_on_invalid_http_message?: boolean;
  readonly request_headers_timeout?: Duration;
  readonly strip_any_host_port?: boolean;
  readonly path_normalization_options?: HttpConnectionManagerPathNormalizationOptions;
  readonly path_with_escaped_slashes_action?: 'IMPLEMENTATION_SPECIFIC_DEFAULT' | 'KEEP_UNCHANGED' | 'REJECT_REQUEST' | 'UNESCAPE_AND_REDIRECT' | 'UNESCAPE_AND_FORWARD';
  readonly original_ip_detection_extensions?: readonly TypedExtensionConfig[];
  readonly strip_trailing_host_dot?: boolean;
  readonly typed_header_validation_config?: TypedExtensionConfig;
  readonly append_x_forwarded_port?: boolean;
  readonly early_header_mutation_extensions?: readonly TypedExtensionConfig[];
  readonly add_proxy_protocol_connection_state?: boolean;
  readonly append_local_overload?: boolean;
  readonly http1_safe_max_connection_duration?: boolean;
  readonly stream_flush_timeout?: Duration;
  readonly forward_client_cert_matcher?: Matcher;
  readonly drain_timeout_jitter?: Percent;
}

/** envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.PathNormalizationOptions */
export type HttpConnectionManagerPathNormalizationOptions = { readonly [field: string]: never };

/** envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.Tracing */
export interface ManagerTracing {
  readonly client_sampling?: Percent;
  readonly random_sampling?: Percent;
  readonly overall_sampling?: Percent;
  readonly verbose?: boolean;
  readonly max_path_tag_length?: number;
  readonly custom_tags?: readonly CustomTag[];
  readonly provider?: TracingProvider;
  readonly spawn_upstream_span?: boolean;
  readonly operation?: Text;
  readonly upstream_operation?: Text;
  readonly no_context_propagation?: boolean;
}

/** envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.UpgradeConfig */
export interface HttpConnectionManagerUpgradeConfig {
  readonly upgrade_type?: Text;
  readonly filters?: readonly HttpFilter[];
  readonly enabled?: boolean;
}

/** envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter */
export interface HttpFilter {
  readonly name?: Text;
  readonly typed_config?: Any;
  readonly is_optional?: boolean;
  readonly disabled?: boolean;
}

/** envoy.extensions.filters.network.http_connection_manager.v3.LocalReplyConfig */
export interface LocalReplyConfig {
  readonly body_format?: SubstitutionFormatString;
}

/** envoy.extensions.filters.network.http_connection_manager.v3.Rds */
export interface Rds {
  readonly config_source?: ConfigSource;
  readonly route_config_name?: Text;
}

/** envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy */
export interface TcpProxy {
  readonly stat_prefix?: Text;
  readonly cluster?: Text;
  readonly downstream_idle_timeout?: Duration;
  readonly upstream_idle_timeout?: Duration;
  readonly access_log?: readonly AccessLog[];
  readonly max_connect_attempts?: number;
  readonly idle_timeout?: Duration;
  readonly metadata_match?: Metadata;
  readonly max_downstream_connection_duration?: Duration;
  readonly backoff_options?: BackoffStrategy;
  readonly max_downstream_connection_duration_jitter_percentage?: Percent;
  readonly upstream_connect_mode?: 'IMMEDIATE' | 'ON_DOWNSTREAM_DATA' | 'ON_DOWNSTREAM_TLS_HANDSHAKE';
  readonly max_early_data_bytes?: number;
  readonly proxy_protocol_tlv_merge_policy?: 'ADD_IF_ABSENT' | 'OVERWRITE_BY_TYPE_IF_EXISTS_OR_ADD' | 'APPEND_IF_EXISTS_OR_ADD';
  readonly check_drain_close?: boolean;
}

/** envoy.extensions.filters.udp.udp_proxy.v3.Route */
export interface UdpProxyRoute {
  readonly cluster?: Text;
}

/** envoy.extensions.filters.udp.udp_proxy.v3.UdpProxyConfig */
export interface UdpProxyConfig {
  readonly stat_prefix?: Text;
  readonly idle_timeout?: Duration;
  readonly use_original_src_ip?: boolean;
  readonly use_per_packet_load_balancing?: boolean;
  readonly access_log?: readonly AccessLog[];
  readonly matcher?: Matcher;
  readonly proxy_access_log?: readonly AccessLog[];
}

/** envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation */
export interface EarlyHeaderMutation {
  readonly mutations?: readonly HeaderMutation[];
}

/** envoy.extensions.http.original_ip_detection.xff.v3.XffConfig */
export interface XffConfig {
  readonly xff_num_trusted_hops?: number;
  readonly xff_trusted_cidrs?: XffTrustedCidrs;
  readonly skip_xff_append?: boolean;
}

/** envoy.extensions.http.original_ip_detection.xff.v3.XffTrustedCidrs */
export interface XffTrustedCidrs {
  readonly cidrs?: readonly CidrRange[];
}

/** envoy.extensions.http.stateful_session.cookie.v3.CookieBasedSessionState */
export interface CookieBasedSessionState {
  readonly cookie?: SessionCookie;
}

/** envoy.extensions.http.stateful_session.envelope.v3.EnvelopeSessionState */
export type EnvelopeSessionState = { readonly [field: string]: never };

/** envoy.extensions.http.stateful_session.header.v3.HeaderBasedSessionState */
export interface HeaderBasedSessionState {
  readonly name?: Text;
}

/** envoy.extensions.matching.actions.transform_stat.v3.TransformStat */
export interface TransformStat {
  readonly update_tag?: TransformStatUpdateTag;
}

/** envoy.extensions.matching.actions.transform_stat.v3.TransformStat.UpdateTag */
export interface TransformStatUpdateTag {
  readonly new_tag_value?: Text;
}

/** envoy.extensions.matching.common_inputs.stats.v3.StatTagValueInput */
export type StatTagValueInput = { readonly [field: string]: never };

/** envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate */
export type PreviousHostsPredicate = { readonly [field: string]: never };

/** envoy.extensions.tracers.opentelemetry.samplers.v3.ParentBasedSamplerConfig */
export interface ParentBasedSamplerConfig {
  readonly wrapped_sampler?: TypedExtensionConfig;
}

/** envoy.extensions.tracers.opentelemetry.samplers.v3.TraceIdRatioBasedSamplerConfig */
export interface TraceIdRatioBasedSamplerConfig {
  readonly sampling_percentage?: FractionalPercent;
}

/** envoy.extensions.transport_sockets.proxy_protocol.v3.ProxyProtocolUpstreamTransport */
export interface ProxyProtocolUpstreamTransport {
  readonly config?: ProxyProtocolConfig;
  readonly transport_socket?: TransportSocket;
  readonly allow_unspecified_address?: boolean;
  readonly tlv_as_pool_key?: boolean;
}

/** envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer */
export type RawBuffer = { readonly [field: string]: never };

/** envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext */
export interface CertificateValidationContext {
  readonly trusted_ca?: DataSource;
  readonly verify_certificate_hash?: readonly Text[];
  readonly verify_certificate_spki?: readonly Text[];
  readonly require_signed_certificate_timestamp?: boolean;
  readonly crl?: DataSource;
  readonly allow_expired_certificate?: boolean;
  readonly trust_chain_verification?: 'VERIFY_TRUST_CHAIN' | 'ACCEPT_UNTRUSTED';
  readonly custom_validator_config?: TypedExtensionConfig;
  readonly only_verify_leaf_cert_crl?: boolean;
  readonly match_typed_subject_alt_names?: readonly SubjectAltNameMatcher[];
  readonly max_verify_depth?: number;
  readonly suppress_client_ca_list?: boolean;
}

/** envoy.extensions.transport_sockets.tls.v3.CommonTlsContext */
export interface CommonTlsContext {
  readonly tls_params?: TlsParameters;
  readonly tls_certificates?: readonly TlsCertificate[];
  readonly validation_context?: CertificateValidationContext;
  readonly alpn_protocols?: readonly Text[];
  readonly tls_certificate_sds_secret_configs?: readonly SdsSecretConfig[];
  readonly validation_context_sds_secret_config?: SdsSecretConfig;
  readonly combined_validation_context?: CommonTlsContextCombinedCertificateValidationContext;
  readonly custom_handshaker?: TypedExtensionConfig;
  readonly custom_tls_certificate_selector?: TypedExtensionConfig;
}

/** envoy.extensions.transport_sockets.tls.v3.CommonTlsContext.CombinedCertificateValidationContext */
export interface CommonTlsContextCombinedCertificateValidationContext {
  readonly default_validation_context?: CertificateValidationContext;
  readonly validation_context_sds_secret_config?: SdsSecretConfig;
}

/** envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext */
export interface DownstreamTlsContext {
  readonly common_tls_context?: CommonTlsContext;
  readonly require_client_certificate?: boolean;
  readonly require_sni?: boolean;
  readonly session_ticket_keys_sds_secret_config?: SdsSecretConfig;
  readonly session_timeout?: Duration;
  readonly disable_stateless_session_resumption?: boolean;
  readonly ocsp_staple_policy?: 'LENIENT_STAPLING' | 'STRICT_STAPLING' | 'MUST_STAPLE';
  readonly full_scan_certs_on_sni_mismatch?: boolean;
  readonly disable_stateful_session_resumption?: boolean;
  readonly prefer_client_ciphers?: boolean;
}

/** envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig */
export interface SdsSecretConfig {
  readonly name?: Text;
  readonly sds_config?: ConfigSource;
}

/** envoy.extensions.transport_sockets.tls.v3.Secret */
export interface Secret {
  readonly name?: Text;
  readonly tls_certificate?: TlsCertificate;
  readonly validation_context?: CertificateValidationContext;
}

/** envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher */
export interface SubjectAltNameMatcher {
  readonly san_type?: 'SAN_TYPE_UNSPECIFIED' | 'EMAIL' | 'DNS' | 'URI' | 'IP_ADDRESS' | 'OTHER_NAME';
  readonly matcher?: StringMatcher;
  readonly oid?: Text;
}

/** envoy.extensions.transport_sockets.tls.v3.TlsCertificate */
export interface TlsCertificate {
  readonly certificate_chain?: DataSource;
  readonly private_key?: DataSource;
  readonly password?: DataSource;
  readonly ocsp_staple?: DataSource;
  readonly signed_certificate_timestamp?: readonly DataSource[];
  readonly pkcs12?: DataSource;
  readonly tls_params?: TlsParameters;
}

/** envoy.extensions.transport_sockets.tls.v3.TlsParameters */
export interface TlsParameters {
  readonly tls_minimum_protocol_version?: 'TLS_AUTO' | 'TLSv1_0' | 'TLSv1_1' | 'TLSv1_2' | 'TLSv1_3';
  readonly tls_maximum_protocol_version?: 'TLS_AUTO' | 'TLSv1_0' | 'TLSv1_1' | 'TLSv1_2' | 'TLSv1_3';
  readonly cipher_suites?: readonly Text[];
  readonly ecdh_curves?: readonly Text[];
  readonly signature_algorithms?: readonly Text[];
  readonly compliance_policies?: readonly ('FIPS_202205' | 'CNSA2_202603' | 'CNSA1_202603')[];
}

/** envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext */
export interface UpstreamTlsContext {
  readonly common_tls_context?: CommonTlsContext;
  readonly sni?: Text;
  readonly allow_renegotiation?: boolean;
  readonly max_session_keys?: number;
  readonly auto_host_sni?: boolean;
  readonly auto_sni_san_validation?: boolean;
}

/** envoy.extensions.upstreams.http.v3.HttpProtocolOptions */
export interface UpstreamProtocolOptions {
  readonly common_http_protocol_options?: HttpProtocolOptions;
  readonly upstream_http_protocol_options?: UpstreamHttpProtocolOptions;
  readonly explicit_http_config?: HttpProtocolOptionsExplicitHttpConfig;
  readonly auto_config?: HttpProtocolOptionsAutoHttpConfig;
  readonly http_filters?: readonly HttpFilter[];
  readonly header_validation_config?: TypedExtensionConfig;
  readonly request_mirror_policies?: readonly RouteActionRequestMirrorPolicy[];
  readonly hash_policy?: readonly RouteActionHashPolicy[];
  readonly retry_policy?: RetryPolicy;
}

/** envoy.extensions.upstreams.http.v3.HttpProtocolOptions.AutoHttpConfig */
export interface HttpProtocolOptionsAutoHttpConfig {
  readonly http_protocol_options?: Http1ProtocolOptions;
  readonly http2_protocol_options?: Http2ProtocolOptions;
}

/** envoy.extensions.upstreams.http.v3.HttpProtocolOptions.ExplicitHttpConfig */
export interface HttpProtocolOptionsExplicitHttpConfig {
  readonly http_protocol_options?: Http1ProtocolOptions;
  readonly http2_protocol_options?: Http2ProtocolOptions;
}

/** envoy.type.http.v3.Cookie */
export interface SessionCookie {
  readonly name?: Text;
  readonly ttl?: Duration;
  readonly path?: Text;
  readonly attributes?: readonly CookieAttribute[];
}

/** envoy.type.http.v3.CookieAttribute */
export interface CookieAttribute {
  readonly name?: Text;
  readonly value?: Text;
}

/** envoy.type.matcher.v3.ListStringMatcher */
export interface ListStringMatcher {
  readonly patterns?: readonly StringMatcher[];
}

/** envoy.type.matcher.v3.RegexMatchAndSubstitute */
export interface RegexMatchAndSubstitute {
  readonly pattern?: RegexMatcher;
  readonly substitution?: Text;
}

/** envoy.type.matcher.v3.RegexMatcher */
export interface RegexMatcher {
  readonly regex?: Text;
}

/** envoy.type.matcher.v3.StringMatcher */
export interface StringMatcher {
  readonly exact?: Text;
  readonly prefix?: Text;
  readonly suffix?: Text;
  readonly safe_regex?: RegexMatcher;
  readonly ignore_case?: boolean;
  readonly contains?: Text;
  readonly custom?: XdsExtension;
}

/** envoy.type.tracing.v3.CustomTag */
export interface CustomTag {
  readonly tag?: Text;
  readonly literal?: CustomTagLiteral;
  readonly request_header?: CustomTagHeader;
  readonly value?: Text;
}

/** envoy.type.tracing.v3.CustomTag.Header */
export interface CustomTagHeader {
  readonly name?: Text;
  readonly default_value?: Text;
}

/** envoy.type.tracing.v3.CustomTag.Literal */
export interface CustomTagLiteral {
  readonly value?: Text;
}

/** envoy.type.v3.FractionalPercent */
export interface FractionalPercent {
  readonly numerator?: number;
  readonly denominator?: 'HUNDRED' | 'TEN_THOUSAND' | 'MILLION';
}

/** envoy.type.v3.HttpStatus */
export interface HttpStatus {
  readonly code?: 'Empty' | 'Continue' | 'OK' | 'Created' | 'Accepted' | 'NonAuthoritativeInformation' | 'NoContent' | 'ResetContent' | 'PartialContent' | 'MultiStatus' | 'AlreadyReported' | 'IMUsed' | 'MultipleChoices' | 'MovedPermanently' | 'Found' | 'SeeOther' | 'NotModified' | 'UseProxy' | 'TemporaryRedirect' | 'PermanentRedirect' | 'BadRequest' | 'Unauthorized' | 'PaymentRequired' | 'Forbidden' | 'NotFound' | 'MethodNotAllowed' | 'NotAcceptable' | 'ProxyAuthenticationRequired' | 'RequestTimeout' | 'Conflict' | 'Gone' | 'LengthRequired' | 'PreconditionFailed' | 'PayloadTooLarge' | 'URITooLong' | 'UnsupportedMediaType' | 'RangeNotSatisfiable' | 'ExpectationFailed' | 'MisdirectedRequest' | 'UnprocessableEntity' | 'Locked' | 'FailedDependency' | 'UpgradeRequired' | 'PreconditionRequired' | 'TooManyRequests' | 'RequestHeaderFieldsTooLarge' | 'InternalServerError' | 'NotImplemented' | 'BadGateway' | 'ServiceUnavailable' | 'GatewayTimeout' | 'HTTPVersionNotSupported' | 'VariantAlsoNegotiates' | 'InsufficientStorage' | 'LoopDetected' | 'NotExtended' | 'NetworkAuthenticationRequired';
}

/** envoy.type.v3.Int64Range */
export interface Int64Range {
  readonly start?: number;
  readonly end?: number;
}

/** envoy.type.v3.Percent */
export interface Percent {
  readonly value?: number;
}

/** envoy.type.v3.Scope */
export interface StatsScope {
  readonly max_counters?: number;
  readonly max_gauges?: number;
  readonly max_histograms?: number;
  readonly enable_eviction?: boolean;
  readonly prefix?: Text;
  readonly sharing_name?: Text;
}

/** xds.core.v3.TypedExtensionConfig */
export interface XdsExtension {
  readonly name?: Text;
  readonly typed_config?: Any;
}

/** xds.type.matcher.v3.Matcher */
export interface Matcher {
  readonly matcher_tree?: MatcherMatcherTree;
  readonly on_no_match?: MatcherOnMatch;
}

/** xds.type.matcher.v3.Matcher.MatcherTree */
export interface MatcherMatcherTree {
  readonly input?: XdsExtension;
  readonly exact_match_map?: MatcherMatcherTreeMatchMap;
  readonly prefix_match_map?: MatcherMatcherTreeMatchMap;
  readonly custom_match?: XdsExtension;
}

/** xds.type.matcher.v3.Matcher.MatcherTree.MatchMap */
export interface MatcherMatcherTreeMatchMap {
  readonly map?: { readonly [key: string]: MatcherOnMatch };
}

/** xds.type.matcher.v3.Matcher.OnMatch */
export interface MatcherOnMatch {
  readonly matcher?: Matcher;
  readonly action?: XdsExtension;
  readonly keep_matching?: boolean;
}

/** By the full name of the message. */
export interface Messages {
  readonly 'envoy.config.accesslog.v3.AccessLog': AccessLog;
  readonly 'envoy.config.cluster.v3.CircuitBreakers': CircuitBreakers;
  readonly 'envoy.config.cluster.v3.CircuitBreakers.Thresholds': CircuitBreakersThresholds;
  readonly 'envoy.config.cluster.v3.CircuitBreakers.Thresholds.RetryBudget': CircuitBreakersThresholdsRetryBudget;
  readonly 'envoy.config.cluster.v3.Cluster': Cluster;
  readonly 'envoy.config.cluster.v3.Cluster.CommonLbConfig': ClusterCommonLbConfig;
  readonly 'envoy.config.cluster.v3.Cluster.CommonLbConfig.LocalityWeightedLbConfig': ClusterCommonLbConfigLocalityWeightedLbConfig;
  readonly 'envoy.config.cluster.v3.Cluster.EdsClusterConfig': ClusterEdsClusterConfig;
  readonly 'envoy.config.cluster.v3.Cluster.LeastRequestLbConfig': ClusterLeastRequestLbConfig;
  readonly 'envoy.config.cluster.v3.Cluster.RefreshRate': ClusterRefreshRate;
  readonly 'envoy.config.cluster.v3.Cluster.RingHashLbConfig': ClusterRingHashLbConfig;
  readonly 'envoy.config.cluster.v3.Cluster.RoundRobinLbConfig': ClusterRoundRobinLbConfig;
  readonly 'envoy.config.cluster.v3.Cluster.SlowStartConfig': ClusterSlowStartConfig;
  readonly 'envoy.config.cluster.v3.Cluster.TransportSocketMatch': ClusterTransportSocketMatch;
  readonly 'envoy.config.cluster.v3.OutlierDetection': OutlierDetection;
  readonly 'envoy.config.common.mutation_rules.v3.HeaderMutation': HeaderMutation;
  readonly 'envoy.config.common.mutation_rules.v3.HeaderMutationRules': HeaderMutationRules;
  readonly 'envoy.config.core.v3.Address': Address;
  readonly 'envoy.config.core.v3.AggregatedConfigSource': AggregatedConfigSource;
  readonly 'envoy.config.core.v3.BackoffStrategy': BackoffStrategy;
  readonly 'envoy.config.core.v3.CidrRange': CidrRange;
  readonly 'envoy.config.core.v3.ConfigSource': ConfigSource;
  readonly 'envoy.config.core.v3.DataSource': DataSource;
  readonly 'envoy.config.core.v3.EnvoyInternalAddress': EnvoyInternalAddress;
  readonly 'envoy.config.core.v3.GrpcService': GrpcService;
  readonly 'envoy.config.core.v3.GrpcService.EnvoyGrpc': GrpcServiceEnvoyGrpc;
  readonly 'envoy.config.core.v3.HeaderMap': HeaderMap;
  readonly 'envoy.config.core.v3.HeaderValue': HeaderValue;
  readonly 'envoy.config.core.v3.HeaderValueOption': HeaderValueOption;
  readonly 'envoy.config.core.v3.Http1ProtocolOptions': Http1ProtocolOptions;
  readonly 'envoy.config.core.v3.Http1ProtocolOptions.HeaderKeyFormat': Http1ProtocolOptionsHeaderKeyFormat;
  readonly 'envoy.config.core.v3.Http2ProtocolOptions': Http2ProtocolOptions;
  readonly 'envoy.config.core.v3.HttpProtocolOptions': HttpProtocolOptions;
  readonly 'envoy.config.core.v3.HttpService': TracingHttpService;
  readonly 'envoy.config.core.v3.HttpUri': HttpUri;
  readonly 'envoy.config.core.v3.Locality': Locality;
  readonly 'envoy.config.core.v3.Metadata': Metadata;
  readonly 'envoy.config.core.v3.PathConfigSource': PathConfigSource;
  readonly 'envoy.config.core.v3.ProxyProtocolConfig': ProxyProtocolConfig;
  readonly 'envoy.config.core.v3.RuntimeFeatureFlag': RuntimeFeatureFlag;
  readonly 'envoy.config.core.v3.RuntimeFractionalPercent': RuntimeFractionalPercent;
  readonly 'envoy.config.core.v3.SelfConfigSource': SelfConfigSource;
  readonly 'envoy.config.core.v3.SocketAddress': SocketAddress;
  readonly 'envoy.config.core.v3.SubstitutionFormatString': SubstitutionFormatString;
  readonly 'envoy.config.core.v3.TransportSocket': TransportSocket;
  readonly 'envoy.config.core.v3.TypedExtensionConfig': TypedExtensionConfig;
  readonly 'envoy.config.core.v3.UpstreamHttpProtocolOptions': UpstreamHttpProtocolOptions;
  readonly 'envoy.config.endpoint.v3.ClusterLoadAssignment': ClusterLoadAssignment;
  readonly 'envoy.config.endpoint.v3.ClusterLoadAssignment.Policy': ClusterLoadAssignmentPolicy;
  readonly 'envoy.config.endpoint.v3.Endpoint': Endpoint;
  readonly 'envoy.config.endpoint.v3.LbEndpoint': LbEndpoint;
  readonly 'envoy.config.endpoint.v3.LocalityLbEndpoints': LocalityLbEndpoints;
  readonly 'envoy.config.listener.v3.Filter': Filter;
  readonly 'envoy.config.listener.v3.FilterChain': FilterChain;
  readonly 'envoy.config.listener.v3.FilterChainMatch': FilterChainMatch;
  readonly 'envoy.config.listener.v3.Listener': Listener;
  readonly 'envoy.config.listener.v3.Listener.InternalListenerConfig': ListenerInternalListenerConfig;
  readonly 'envoy.config.listener.v3.ListenerFilter': ListenerFilter;
  readonly 'envoy.config.listener.v3.UdpListenerConfig': UdpListenerConfig;
  readonly 'envoy.config.route.v3.DirectResponseAction': DirectResponseAction;
  readonly 'envoy.config.route.v3.FilterConfig': FilterConfig;
  readonly 'envoy.config.route.v3.HeaderMatcher': HeaderMatcher;
  readonly 'envoy.config.route.v3.QueryParameterMatcher': QueryParameterMatcher;
  readonly 'envoy.config.route.v3.RedirectAction': RedirectAction;
  readonly 'envoy.config.route.v3.RetryPolicy': RetryPolicy;
  readonly 'envoy.config.route.v3.RetryPolicy.RetryBackOff': RetryPolicyRetryBackOff;
  readonly 'envoy.config.route.v3.RetryPolicy.RetryHostPredicate': RetryPolicyRetryHostPredicate;
  readonly 'envoy.config.route.v3.Route': Route;
  readonly 'envoy.config.route.v3.RouteAction': RouteAction;
  readonly 'envoy.config.route.v3.RouteAction.HashPolicy': RouteActionHashPolicy;
  readonly 'envoy.config.route.v3.RouteAction.HashPolicy.ConnectionProperties': RouteActionHashPolicyConnectionProperties;
  readonly 'envoy.config.route.v3.RouteAction.HashPolicy.Cookie': RouteActionHashPolicyCookie;
  readonly 'envoy.config.route.v3.RouteAction.HashPolicy.Header': RouteActionHashPolicyHeader;
  readonly 'envoy.config.route.v3.RouteAction.RequestMirrorPolicy': RouteActionRequestMirrorPolicy;
  readonly 'envoy.config.route.v3.RouteAction.UpgradeConfig': RouteUpgradeConfig;
  readonly 'envoy.config.route.v3.RouteConfiguration': RouteConfiguration;
  readonly 'envoy.config.route.v3.RouteMatch': RouteMatch;
  readonly 'envoy.config.route.v3.Tracing': RouteTracing;
  readonly 'envoy.config.route.v3.VirtualHost': VirtualHost;
  readonly 'envoy.config.route.v3.WeightedCluster': WeightedCluster;
  readonly 'envoy.config.route.v3.WeightedCluster.ClusterWeight': WeightedClusterClusterWeight;
  readonly 'envoy.config.trace.v3.OpenTelemetryConfig': OpenTelemetryConfig;
  readonly 'envoy.config.trace.v3.Tracing.Http': TracingProvider;
  readonly 'envoy.extensions.access_loggers.stats.v3.Config': StatsAccessLog;
  readonly 'envoy.extensions.access_loggers.stats.v3.Config.Counter': StatsAccessLogCounter;
  readonly 'envoy.extensions.access_loggers.stats.v3.Config.Histogram': StatsAccessLogHistogram;
  readonly 'envoy.extensions.access_loggers.stats.v3.Config.Stat': StatsAccessLogStat;
  readonly 'envoy.extensions.access_loggers.stats.v3.Config.Tag': StatsAccessLogTag;
  readonly 'envoy.extensions.access_loggers.stream.v3.StdoutAccessLog': StdoutAccessLog;
  readonly 'envoy.extensions.filters.http.cors.v3.Cors': Cors;
  readonly 'envoy.extensions.filters.http.cors.v3.CorsPolicy': CorsPolicy;
  readonly 'envoy.extensions.filters.http.ext_authz.v3.AuthorizationRequest': AuthorizationRequest;
  readonly 'envoy.extensions.filters.http.ext_authz.v3.AuthorizationResponse': AuthorizationResponse;
  readonly 'envoy.extensions.filters.http.ext_authz.v3.BufferSettings': BufferSettings;
  readonly 'envoy.extensions.filters.http.ext_authz.v3.ExtAuthz': ExtAuthz;
  readonly 'envoy.extensions.filters.http.ext_authz.v3.HttpService': AuthHttpService;
  readonly 'envoy.extensions.filters.http.fault.v3.FaultAbort': FaultAbort;
  readonly 'envoy.extensions.filters.http.fault.v3.HTTPFault': HTTPFault;
  readonly 'envoy.extensions.filters.http.filter_chain.v3.FilterChain': HttpFilterChain;
  readonly 'envoy.extensions.filters.http.filter_chain.v3.FilterChainConfig': FilterChainConfig;
  readonly 'envoy.extensions.filters.http.filter_chain.v3.FilterChainConfigPerRoute': FilterChainConfigPerRoute;
  readonly 'envoy.extensions.filters.http.header_mutation.v3.HeaderMutation': HeaderMutationFilter;
  readonly 'envoy.extensions.filters.http.header_mutation.v3.HeaderMutationPerRoute': HeaderMutationPerRoute;
  readonly 'envoy.extensions.filters.http.header_mutation.v3.Mutations': Mutations;
  readonly 'envoy.extensions.filters.http.lua.v3.Lua': Lua;
  readonly 'envoy.extensions.filters.http.lua.v3.LuaPerRoute': LuaPerRoute;
  readonly 'envoy.extensions.filters.http.router.v3.Router': Router;
  readonly 'envoy.extensions.filters.http.stateful_session.v3.StatefulSession': StatefulSession;
  readonly 'envoy.extensions.filters.http.stateful_session.v3.StatefulSessionPerRoute': StatefulSessionPerRoute;
  readonly 'envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector': TlsInspector;
  readonly 'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager': HttpConnectionManager;
  readonly 'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.PathNormalizationOptions': HttpConnectionManagerPathNormalizationOptions;
  readonly 'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.Tracing': ManagerTracing;
  readonly 'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.UpgradeConfig': HttpConnectionManagerUpgradeConfig;
  readonly 'envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter': HttpFilter;
  readonly 'envoy.extensions.filters.network.http_connection_manager.v3.LocalReplyConfig': LocalReplyConfig;
  readonly 'envoy.extensions.filters.network.http_connection_manager.v3.Rds': Rds;
  readonly 'envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy': TcpProxy;
  readonly 'envoy.extensions.filters.udp.udp_proxy.v3.Route': UdpProxyRoute;
  readonly 'envoy.extensions.filters.udp.udp_proxy.v3.UdpProxyConfig': UdpProxyConfig;
  readonly 'envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation': EarlyHeaderMutation;
  readonly 'envoy.extensions.http.original_ip_detection.xff.v3.XffConfig': XffConfig;
  readonly 'envoy.extensions.http.original_ip_detection.xff.v3.XffTrustedCidrs': XffTrustedCidrs;
  readonly 'envoy.extensions.http.stateful_session.cookie.v3.CookieBasedSessionState': CookieBasedSessionState;
  readonly 'envoy.extensions.http.stateful_session.envelope.v3.EnvelopeSessionState': EnvelopeSessionState;
  readonly 'envoy.extensions.http.stateful_session.header.v3.HeaderBasedSessionState': HeaderBasedSessionState;
  readonly 'envoy.extensions.matching.actions.transform_stat.v3.TransformStat': TransformStat;
  readonly 'envoy.extensions.matching.actions.transform_stat.v3.TransformStat.UpdateTag': TransformStatUpdateTag;
  readonly 'envoy.extensions.matching.common_inputs.stats.v3.StatTagValueInput': StatTagValueInput;
  readonly 'envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate': PreviousHostsPredicate;
  readonly 'envoy.extensions.tracers.opentelemetry.samplers.v3.ParentBasedSamplerConfig': ParentBasedSamplerConfig;
  readonly 'envoy.extensions.tracers.opentelemetry.samplers.v3.TraceIdRatioBasedSamplerConfig': TraceIdRatioBasedSamplerConfig;
  readonly 'envoy.extensions.transport_sockets.proxy_protocol.v3.ProxyProtocolUpstreamTransport': ProxyProtocolUpstreamTransport;
  readonly 'envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer': RawBuffer;
  readonly 'envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext': CertificateValidationContext;
  readonly 'envoy.extensions.transport_sockets.tls.v3.CommonTlsContext': CommonTlsContext;
  readonly 'envoy.extensions.transport_sockets.tls.v3.CommonTlsContext.CombinedCertificateValidationContext': CommonTlsContextCombinedCertificateValidationContext;
  readonly 'envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext': DownstreamTlsContext;
  readonly 'envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig': SdsSecretConfig;
  readonly 'envoy.extensions.transport_sockets.tls.v3.Secret': Secret;
  readonly 'envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher': SubjectAltNameMatcher;
  readonly 'envoy.extensions.transport_sockets.tls.v3.TlsCertificate': TlsCertificate;
  readonly 'envoy.extensions.transport_sockets.tls.v3.TlsParameters': TlsParameters;
  readonly 'envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext': UpstreamTlsContext;
  readonly 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': UpstreamProtocolOptions;
  readonly 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions.AutoHttpConfig': HttpProtocolOptionsAutoHttpConfig;
  readonly 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions.ExplicitHttpConfig': HttpProtocolOptionsExplicitHttpConfig;
  readonly 'envoy.type.http.v3.Cookie': SessionCookie;
  readonly 'envoy.type.http.v3.CookieAttribute': CookieAttribute;
  readonly 'envoy.type.matcher.v3.ListStringMatcher': ListStringMatcher;
  readonly 'envoy.type.matcher.v3.RegexMatchAndSubstitute': RegexMatchAndSubstitute;
  readonly 'envoy.type.matcher.v3.RegexMatcher': RegexMatcher;
  readonly 'envoy.type.matcher.v3.StringMatcher': StringMatcher;
  readonly 'envoy.type.tracing.v3.CustomTag': CustomTag;
  readonly 'envoy.type.tracing.v3.CustomTag.Header': CustomTagHeader;
  readonly 'envoy.type.tracing.v3.CustomTag.Literal': CustomTagLiteral;
  readonly 'envoy.type.v3.FractionalPercent': FractionalPercent;
  readonly 'envoy.type.v3.HttpStatus': HttpStatus;
  readonly 'envoy.type.v3.Int64Range': Int64Range;
  readonly 'envoy.type.v3.Percent': Percent;
  readonly 'envoy.type.v3.Scope': StatsScope;
  readonly 'xds.core.v3.TypedExtensionConfig': XdsExtension;
  readonly 'xds.type.matcher.v3.Matcher': Matcher;
  readonly 'xds.type.matcher.v3.Matcher.MatcherTree': MatcherMatcherTree;
  readonly 'xds.type.matcher.v3.Matcher.MatcherTree.MatchMap': MatcherMatcherTreeMatchMap;
  readonly 'xds.type.matcher.v3.Matcher.OnMatch': MatcherOnMatch;
}
