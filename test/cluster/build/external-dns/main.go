// external-dns without the clouds: its own flags, sources, plan and in-memory provider, in the loop that its controller runs.
// Its whole binary links every cloud's SDK. After each round the records are printed as one line of JSON.
package main

import (
	"context"
	"encoding/json"
	"os"
	"time"

	"sigs.k8s.io/external-dns/endpoint"
	"sigs.k8s.io/external-dns/pkg/apis/externaldns"
	"sigs.k8s.io/external-dns/plan"
	"sigs.k8s.io/external-dns/provider/inmemory"
	"sigs.k8s.io/external-dns/source"
	"sigs.k8s.io/external-dns/source/annotations"
	"sigs.k8s.io/external-dns/source/wrappers"
)

func main() {
	ctx := context.Background()
	cfg := externaldns.NewConfig()
	must(cfg.ParseFlags(os.Args[1:]))
	annotations.SetAnnotationPrefix(cfg.AnnotationPrefix)
	sourceConfig, err := source.NewSourceConfig(cfg)
	must(err)
	found, err := source.ByNames(ctx, sourceConfig, sourceConfig.ClientGenerator())
	must(err)
	all := wrappers.NewDedupSource(wrappers.NewMultiSource(found, nil, false))
	records, err := inmemory.New(ctx, cfg, endpoint.NewDomainFilter(cfg.DomainFilter))
	must(err)
	for ; ; time.Sleep(cfg.Interval) {
		current, err := records.Records(ctx)
		must(err)
		desired, err := all.Endpoints(ctx)
		must(err)
		todo := (&plan.Plan{
			Policies: []plan.Policy{plan.Policies[cfg.Policy]}, Current: current, Desired: desired,
			DomainFilter: endpoint.MatchAllDomainFilters{endpoint.NewDomainFilter(cfg.DomainFilter)}, ManagedRecords: cfg.ManagedDNSRecordTypes,
		}).Calculate()
		must(records.ApplyChanges(ctx, todo.Changes))
		now, err := records.Records(ctx)
		must(err)
		must(json.NewEncoder(os.Stdout).Encode(now))
	}
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
