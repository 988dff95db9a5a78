using IdentityGrpc.Core.Budgets;
using IdentityGrpc.Core.Caching;
using IdentityGrpc.Core.Changes;
using IdentityGrpc.Core.Telemetry;
using Microsoft.Extensions.Logging;

namespace IdentityGrpc.Core.Batching;

/// <summary>What every lane works with.</summary>
internal sealed record LaneServices(IBudget Budget, IWatermarks Watermarks, Validity Validity, BatchingOptions Options, TimeProvider Time, CoreMetrics Metrics, ILogger Logger);
