"""An initiator of BPCI Advanced with the amounts of its reconciliation, worked by hand."""

INITIATORS = """initiator,model year,period,cqs,total recon amount,cqs adjustment amount,\
adj total recon amount,20pct total perf target amount,cap adj total recon amount
E1,6,2023 first half,72.5,119460,-3285.15,116174.85,808892,116174.85
"""
BPCI_EPISODES = """initiator,model year,period,episode,category,episodes,spending
E1,6,2023 first half,1,MJRLE,60,1314000
E1,6,2023 first half,2,CHF,40,1156000
E1,6,2023 first half,3,Sepsis,50,1455000
"""
BPCI_PRICES = """initiator,my,EPI_CAT,episode type,HBP
E1,6,MJRLE,surgical,24500
E1,6,CHF,medical,27800
E1,6,Sepsis,medical,31200
"""
